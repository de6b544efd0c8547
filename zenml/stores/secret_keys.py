"""The data keys of secrets that are not in a ledger's file."""

from __future__ import annotations

from zenml.projections import stored_events
from zenml.projections.database import KEYS_ELSEWHERE, Database


def leave_keys_elsewhere(database: Database) -> None:
    """Notes of every ledger with secrets that their keys are not in this file."""
    with_secrets = {event.ledger_id for event in stored_events.events(database, containing='"key_id"')}
    for ledger_id in with_secrets:
        database.execute("UPDATE ledgers SET keys = ? WHERE ledger_id = ?", (KEYS_ELSEWHERE, ledger_id))
