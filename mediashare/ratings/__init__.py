"""Stars and outcomes: one each per person and episode."""
