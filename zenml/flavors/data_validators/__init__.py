"""Flavors of data validators, one module each."""
