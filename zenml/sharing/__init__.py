"""Profiles that machines share: where their ledgers are, how this machine follows them, what is left to finish."""
