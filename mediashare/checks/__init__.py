"""What slipped out in an episode, found in its words, and what its author decides about it."""
