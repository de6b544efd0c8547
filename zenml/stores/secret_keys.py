"""The data keys of secrets in a ledger's file: those that are there, and those that are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml.projections import stored_events
from zenml.projections.database import ELSEWHERE

if TYPE_CHECKING:
    import sqlite3


def wrapped_keys(database: sqlite3.Connection) -> list[tuple[str, bytes]]:
    """Returns the id of each stored data key, and the key as it is wrapped, the newest first."""
    return database.execute("SELECT key_id, wrapped FROM keys ORDER BY rowid DESC").fetchall()


def leave_keys_elsewhere(database: sqlite3.Connection) -> None:
    """Notes of every ledger with secrets that their keys are not in this file."""
    with_secrets = {event.ledger_id for event in stored_events.events(database, containing='"key_id"')}
    for ledger_id in with_secrets:
        database.execute("UPDATE ledgers SET keys = ? WHERE ledger_id = ?", (ELSEWHERE, ledger_id))
