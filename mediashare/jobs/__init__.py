"""Work for later: rows that say what must be done, claimed by workers one at a time."""
