"""A change from its beginning to its end: the lock, the decisions, the record, the files."""
