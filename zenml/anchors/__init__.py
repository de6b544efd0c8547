"""Anchors: places outside of the ledger's folder that are handed its checkpoints, so that they can vouch for them.

Each kind has a file of its own; `zenml.anchors.anchor` says what all of them do.
"""
