"""Bundles: a part of the record with all that is needed to check it without this program."""
