"""Following people, so that what they publish is nearer. Who follows whom is for the follower
alone."""
