"""What an auditor takes away: the whole record, entry by entry, in formats that other programs read."""
