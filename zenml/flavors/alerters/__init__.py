"""Flavors of alerters, one module each."""
