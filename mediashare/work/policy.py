"""How much is shown of what somebody can do next."""

JOIN_LIMIT = "60 per minute"
# Of each group the newest few; of all groups and all followed people together so
# many are shown, and as many requests.
MOST_OF_GROUP, MOST_EPISODES, MOST_REQUESTS = 3, 4, 4
# Older requests are found on their own page.
LOOKED_AT = 100
# The tags of so many of one's newest clips say what one knows about.
MOST_CLIPS = 50
# What newcomers choose from.
MOST_OPEN_GROUPS, MOST_HELPFUL = 6, 3
