"""Whether there is a ledger: a file that holds one, and no sign that there was one before.

The questions, from the cheapest to the one that settles it:

- `database.is_there`: is there a file that is not empty? Says nothing of whether there was one.
- `is_kept`: the same, but one that is gone is an error.
- `database.begun`: does an open file have the tables of a ledger?
- `has_begun`: does a file hold a machine's ledger, so that the first run is over?
"""

from __future__ import annotations

from zenml.projections.database import begun, is_there, machine_ledger, open_still


def is_kept(path: str) -> bool:
    """Tells whether a ledger's file is there and not empty; if it is not, none may have been there before.

    Raises:
        DamagedLedgerError: There was one: what was made from it is there.
    """
    if is_there(path):
        return True
    check_not_lost(path)
    return False


def check_not_lost(path: str) -> None:
    """Makes sure that a ledger may begin. Raises `DamagedLedgerError` if there was one, and it is gone."""
    from zenml.projections.lost import lost

    error = lost(path)
    if error is not None:
        raise error


def has_begun(path: str) -> bool:
    """Tells whether a file holds a machine's ledger.

    Raises:
        DamagedLedgerError: The file is not a ledger, or is gone.
    """
    if not is_kept(path):
        return False
    with open_still(path) as database:
        if begun(database, path):
            return machine_ledger(database) is not None
    check_not_lost(path)
    return False
