"""Secrets: what encrypts them, and the keys that open them, on this machine and in a team."""
