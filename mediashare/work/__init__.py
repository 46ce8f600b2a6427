"""What somebody can do next: news of their groups, requests that wait for them, first steps."""
