"""Reports, decisions, and what follows from them."""
