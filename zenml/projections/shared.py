"""Whose ledgers a file has: those of its own profiles, and those that it shares with other machines.

Asked of the events, and not of the views: what is missing, or may be, is judged by it.
"""

from __future__ import annotations

import json

from zenml.projections import stored_events
from zenml.projections.database import machine_ledger, newer_ledgers

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_CREATED = "zenml:ProfileCreated"
_LOCAL = "local"


def local_ledgers(database: sqlite3.Connection) -> set[str]:
    """Returns the ledgers of all profiles that were made on this machine for itself."""
    return {ledger_id for ledger_id, store_type in _profiles(database) if store_type == _LOCAL}


def shared_ledgers(database: sqlite3.Connection) -> set[str]:
    """Returns the ledgers of all profiles that this machine shares, or shared, with others."""
    return {ledger_id for ledger_id, store_type in _profiles(database) if store_type != _LOCAL}


def may_end_early(database: sqlite3.Connection) -> set[str]:
    """Returns the ledgers that are shown up to the first event that this version does not know.

    Those are the ledgers that a newer version wrote to, and those that others write to: whatever their programs
    write concerns one profile, and nothing else here.
    """
    return newer_ledgers(database).keys() | shared_ledgers(database)


def _profiles(database: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    for event in stored_events.events(database, machine_ledger(database), topics=(_CREATED,)):
        try:
            fields = json.loads(event.text)
            yield str(fields["profile_ledger_id"]), str(fields["store_type"])
        except (KeyError, TypeError, ValueError):
            continue  # verification says so
