"""Finds what may have slipped out in the words of a recording."""
