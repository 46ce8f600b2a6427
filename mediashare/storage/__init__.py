"""Objects: the port, and the two places that they can live."""
