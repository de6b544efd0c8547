"""What vouches for a ledger's file: what was seen of it, the keys that sign, checkpoints, eras and proofs."""
