"""Flavors of model deployers, one module each."""
