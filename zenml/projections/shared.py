"""Whose ledgers a file has: those of its own profiles, and those that it shares with other machines.

Asked of the events, and not of the views: what is missing, or may be, is judged by it.
"""

from __future__ import annotations

import json

from zenml.projections import stored_events
from zenml.projections.database import machine_ledger
from zenml.projections.versions import newer_ledgers

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

_CREATED, _MOVED = "zenml:ProfileCreated", "zenml:ProfileMoved"
_LOCAL, _SERVED = "local", "rest"


def local_ledgers(database: sqlite3.Connection) -> set[str]:
    """Returns the ledgers of all profiles that are, or were at last, this machine's alone."""
    return {ledger_id for ledger_id, store_type in store_types(database).items() if store_type == _LOCAL}


def shared_ledgers(database: sqlite3.Connection) -> set[str]:
    """Returns the ledgers of all profiles that this machine shares, or shared at last, with others."""
    return {ledger_id for ledger_id, store_type in store_types(database).items() if store_type != _LOCAL}


def served_ledgers(database: sqlite3.Connection) -> set[str]:
    """Returns the ledgers of all profiles that a service keeps, or kept at last: it opens their secrets."""
    return {ledger_id for ledger_id, store_type in store_types(database).items() if store_type == _SERVED}


def may_end_early(database: sqlite3.Connection) -> set[str]:
    """Returns the ledgers that are shown up to the first event that this version does not know.

    Those are the ledgers that a newer version wrote to, and those that others write to: whatever their programs
    write concerns one profile, and nothing else here.
    """
    return newer_ledgers(database).keys() | shared_ledgers(database)


def store_types(database: sqlite3.Connection) -> dict[str, str]:
    """Returns in what kind of store each profile's ledger is; of one that is gone, the last one."""
    types: dict[str, str] = {}
    ledgers: dict[str, str] = {}
    for event in stored_events.events(database, machine_ledger(database), topics=(_CREATED, _MOVED)):
        try:
            fields = json.loads(event.text)
            if event.topic == _CREATED:
                ledgers[fields["profile_id"]] = str(fields["profile_ledger_id"])
                types[ledgers[fields["profile_id"]]] = str(fields["store_type"])
            else:
                types[ledgers[fields["profile_id"]]] = str(fields["new_store_type"])
        except (KeyError, TypeError, ValueError):
            continue  # verification says so
    return types
