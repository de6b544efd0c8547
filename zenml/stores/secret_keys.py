"""The data keys of secrets in a ledger's file: those that are there, and those that are not."""

from __future__ import annotations

from zenml.projections import stored_events, stored_keys
from zenml.projections.database import ELSEWHERE, Database


def wrapped_keys(database: Database) -> list[tuple[str, bytes]]:
    """Returns the id of each stored data key, and the key as it is wrapped, the newest first."""
    return [(key.key_id, key.wrapped) for key in stored_keys.keys(database)]


def leave_keys_elsewhere(database: Database) -> None:
    """Notes of every ledger with secrets that their keys are not in this file."""
    with_secrets = {event.ledger_id for event in stored_events.events(database, containing='"key_id"')}
    for ledger_id in with_secrets:
        database.execute("UPDATE ledgers SET keys = ? WHERE ledger_id = ?", (ELSEWHERE, ledger_id))
