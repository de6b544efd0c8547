"""The service: a profile's ledger over HTTP, for those who have a token."""
