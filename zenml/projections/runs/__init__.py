"""The views of a ledger of runs, which has a file of its own: what they are made of, and what can be asked."""
