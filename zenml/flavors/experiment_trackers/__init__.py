"""Flavors of experiment trackers, one module each."""
