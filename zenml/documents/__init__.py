"""What profiles look like in files: ours and those of ZenML. Reads them; knows no ledger."""
