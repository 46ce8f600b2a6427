"""Sentences as vectors: the model that makes them, and an index on disk that finds what is near."""
