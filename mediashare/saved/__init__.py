"""Searches that people keep: run again, told of what is new, read as a feed."""
