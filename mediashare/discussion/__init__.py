"""Comments on an episode, a moment of it, or another comment."""
