"""Files for people: profiles, ours and those of ZenML, and what they asked to have written. Knows no ledger."""
