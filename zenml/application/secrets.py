"""Taking note of the keys of secrets as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml.ledger.secrets.noting import all_notes

if TYPE_CHECKING:
    from zenml.unit_of_work.open_change import OpenChange


def note_all_keys(work: OpenChange, ledger_id: str) -> None:
    """Takes note of all data keys of a ledger as they are wrapped now, unless that is what was noted."""
    locked, change = work.now
    locked.transaction.head(ledger_id)
    for command in all_notes(locked.transaction, work.keyring, ledger_id):
        change.execute(command, ledger_id)
