"""Checks OCSF events against a trimmed copy of the schema, without a network."""
