"""Flavors of container registries, one module each."""
