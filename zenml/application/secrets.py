"""The keys of secrets: noted as they are, or destroyed. What was sealed with them stays, and every proof holds."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from zenml.application.removing import destroy_keys
from zenml.ledger.secrets.noting import all_notes

if TYPE_CHECKING:
    from zenml.unit_of_work.open_change import OpenChange


def note_all_keys(work: OpenChange, ledger_id: str) -> None:
    """Takes note of all data keys of a ledger as they are wrapped now, unless that is what was noted."""
    locked, change = work.now
    locked.transaction.head(ledger_id)
    for command in all_notes(locked.transaction, work.keyring, ledger_id):
        change.execute(command, ledger_id)


def shred_secrets(work: OpenChange, ledger_id: str, key_ids: Collection[str]) -> None:
    """Destroys the data keys of secrets, and records that.

    Raises:
        NotLockedError: The ledger is shared, and its lock is not held.
        LedgerError: It cannot be recorded there.
    """
    locked, _ = work.now
    locked.transaction.head(ledger_id)  # a shared one is locked before anything is done
    destroy_keys(work, ledger_id, sorted(key_ids))
