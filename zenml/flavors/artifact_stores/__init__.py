"""Flavors of artifact stores, one module each."""
