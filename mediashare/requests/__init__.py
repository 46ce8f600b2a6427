"""Questions that ask for a clip, and the clips that are offered for them."""
