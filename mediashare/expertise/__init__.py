"""What people talk about: topics with evidence, as far as a viewer may see it."""
