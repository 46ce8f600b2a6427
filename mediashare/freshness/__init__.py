"""Whether what an episode says is still true, and who is to look at it again when."""
