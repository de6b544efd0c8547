"""Asking people: at a terminal, or on standard input."""
