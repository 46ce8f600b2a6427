"""What somebody can do next: news of their groups and of people
whom they follow, requests that wait for them, first steps."""
