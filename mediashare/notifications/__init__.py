"""A mailbox for everybody; anyone may put a note into it."""
