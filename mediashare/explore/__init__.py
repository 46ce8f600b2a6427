"""The page that shows what there is: topics, groups, people, and what has helped most."""
