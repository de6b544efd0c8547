"""Where runs are recorded: a ledger for each profile and year, in a file of its own on this machine.

The event store library is not imported here: that takes longer than all else that `zenml run` does. The tables,
the canonical text, the tree and what verifies them are those of any ledger.
"""
