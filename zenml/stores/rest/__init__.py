"""A ledger that a service keeps, which is asked over HTTP."""
