"""Edits of an episode: trim, mute, blur, replace the recording, go back; how long originals stay."""
