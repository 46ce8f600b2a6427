"""The database: base classes, sessions, paging."""
