"""Removing what is recorded in the served profile, as an administrator asks for it."""

from __future__ import annotations

from collections.abc import Sequence

from zenml.application.removing import blank_values, destroy_keys
from zenml.projections import stored_keys
from zenml.service.problems import RefusedError
from zenml.service.writing.member import MembersChange


def redact(work: MembersChange, values: Sequence[tuple[int, str]], reason: str | None) -> None:
    """Blanks values of the served ledger.

    Args:
        work: The open change.
        values: The position of each event, and the JSON Pointer to the value in its fields.
        reason: Why.

    Raises:
        LedgerError: No value is there, or a rule forbids it.
    """
    _, change = work.now
    salted = change.sealer.salted(reason) if reason is not None else None
    blank_values(work, work.profile.profile_ledger_id, values, salted)


def shred(work: MembersChange, key_ids: Sequence[str]) -> None:
    """Destroys secrets of the served ledger.

    Args:
        work: The open change.
        key_ids: The ids of their data keys.

    Raises:
        RefusedError: One of them is not the key of a secret of this ledger, or was destroyed before.
        LedgerError: A rule forbids it.
    """
    locked, _ = work.now
    ledger_id = work.profile.profile_ledger_id
    for key_id in key_ids:
        stored = stored_keys.key(locked.transaction.database, key_id)
        if stored is None or stored.ledger_id != ledger_id:
            message = "A key that is to be destroyed is not one of this ledger, or was destroyed before."
            raise RefusedError(422, "unknown_secret", message, key_id=key_id)
    destroy_keys(work, ledger_id, list(dict.fromkeys(key_ids)))
