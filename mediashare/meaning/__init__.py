"""What is said in episodes, found by its meaning: the vectors in the database and who asks them."""
