"""mediashare: a peer-produced library of short audio and video clips."""
