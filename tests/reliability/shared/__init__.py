"""Profiles that machines share, where servers die and lines break: what was acknowledged is everywhere, once."""
