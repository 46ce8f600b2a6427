"""What is said in an episode, in segments and words, and captions made from it."""
