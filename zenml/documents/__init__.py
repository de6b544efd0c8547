"""Files for people: profiles, ours and those of ZenML. Knows no ledger."""
