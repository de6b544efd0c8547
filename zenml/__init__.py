"""Profiles, stack components and stacks for machine-learning pipelines, kept in a ledger."""

__version__ = "0.1.0"
