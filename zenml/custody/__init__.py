"""What keeps the record safe as a file: what was seen of it, its backups, and a ledger from an export."""
