"""Edits of an episode: trimmed, muted, replaced, undone; and how long its originals stay."""
