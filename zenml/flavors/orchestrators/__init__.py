"""Flavors of orchestrators, one module each."""
