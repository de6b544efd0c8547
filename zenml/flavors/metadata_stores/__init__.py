"""Flavors of metadata stores, one module each."""
