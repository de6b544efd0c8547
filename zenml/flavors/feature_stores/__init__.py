"""Flavors of feature stores, one module each."""
