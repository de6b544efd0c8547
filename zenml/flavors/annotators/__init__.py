"""Flavors of annotators, one module each."""
