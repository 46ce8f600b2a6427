"""Communities of practice and who belongs to them."""
