"""Screens and API resources made of several slices."""
