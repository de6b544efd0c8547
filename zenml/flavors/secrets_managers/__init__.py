"""Flavors of secrets managers, one module each."""
