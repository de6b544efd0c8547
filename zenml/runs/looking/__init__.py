"""Looking back at runs: which there are, what they used, and how two of them differ."""
