"""A player for other sites: the page that they show in a frame, and oEmbed, which finds it."""
