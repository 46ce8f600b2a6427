"""How many people one follows, and how often one changes that."""

RATE = "60 per minute"
MOST_FOLLOWED = 500
