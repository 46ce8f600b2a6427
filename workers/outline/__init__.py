"""Chapters and a summary from a transcript, by extractive methods of the literature.

Pure functions over sentences; no model, no download, no list of words of any language.
"""
