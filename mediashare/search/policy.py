"""How often one person may search."""

# Typing fast in a field that searches along is far below this; copying the library by search is
# not.
RATE_LIMIT = "120 per minute"
