"""Playlists: episodes and moments in an order that somebody has chosen, to be played through."""
