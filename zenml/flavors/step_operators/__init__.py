"""Flavors of step operators, one module each."""
