"""A library to look at: people, clips made on the spot, and what colleagues said about them."""
