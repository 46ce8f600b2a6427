"""Who did what to whom and when; rows that no role can change or delete."""
