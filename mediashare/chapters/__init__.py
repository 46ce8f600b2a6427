"""Chapters of an episode, and what it says in short: proposed by a machine, kept by people."""
