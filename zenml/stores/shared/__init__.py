"""Ledgers that machines share: this machine's copy of one, the store of one in a database, and how one moves."""
