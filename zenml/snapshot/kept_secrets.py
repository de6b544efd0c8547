"""The secrets that a record has: what they are of, since when, and whether they can still be opened. No values."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from zenml.domain.change_ids import letters
from zenml.ledger.secrets.keyring import Keyring
from zenml.projections import machine, stored_keys
from zenml.projections.database import Database, ledgers_without_keys
from zenml.projections.timeline import history
from zenml.projections.timeline.secret_uses import SecretUse, uses
from zenml.snapshot.snapshot import Snapshot

HERE, ELSEWHERE, SHREDDED, MISSING = "here", "elsewhere", "shredded", "missing"
"""Where the key of a secret is: on this machine; where others have it; nowhere, on purpose or by damage."""


class KeptSecret(NamedTuple):
    """A secret that a setting has, or had.

    Attributes:
        profile: The profile that it is in; None for the URL of a profile, which is the machine's.
        ledger_id: The ledger.
        key_id: The id of the key that opens it.
        kind: The type of the component that has it, or ``profile``.
        name: What that is called, or was at last.
        parameter: The parameter; ``url`` of a profile.
        position: The position from which it was there first.
        since: When that was; None if it is not known.
        change: The letters of the change that set it.
        is_used: Whether it is what the setting has now.
        key: `HERE`, `ELSEWHERE`, `SHREDDED` or `MISSING`.
        noted_since: The position since which its key is noted, or as it is wrapped now; None if it is not noted.
    """

    profile: str | None
    ledger_id: str
    key_id: str
    kind: str
    name: str
    parameter: str
    position: int
    since: str | None
    change: str | None
    is_used: bool
    key: str
    noted_since: int | None

    @property
    def owner(self) -> str:
        """What has it, as people type it."""
        return f"{self.kind}/{self.name}"

    def document(self) -> dict[str, Any]:
        """Returns it as plain values."""
        return {
            "profile": self.profile,
            "ledger": self.ledger_id,
            "position": self.position,
            "secret": self.owner,
            "parameter": self.parameter,
            "since": self.since,
            "change": self.change,
            "used": "now" if self.is_used else "history",
            "key": self.key,
            "key_id": self.key_id,
            "noted_since": self.noted_since,
        }


def kept_secrets(snapshot: Snapshot, keyring: Keyring, ledger_id: str | None) -> list[KeptSecret]:
    """Returns the secrets of a ledger, or of all, the oldest first in each."""
    database = snapshot.connection
    keyring.look_at(database)
    notes, key_of = cache(lambda ledger: stored_keys.notes(database, ledger)), _key_states(database, keyring)
    name = cache(lambda ledger: machine.profile_name(database, snapshot.machine_id, ledger))
    secrets = []
    for use in uses(database, snapshot.machine_id, ledger_id):
        note = notes(use.ledger_id).get(use.key_id)
        since = history.newest_until(database, use.ledger_id, use.since)
        row = history.find_change(database, since) if since else None
        secrets.append(
            KeptSecret(
                profile=name(use.ledger_id) if use.ledger_id != snapshot.machine_id else None,
                ledger_id=use.ledger_id,
                key_id=use.key_id,
                kind=use.kind,
                name=use.name,
                parameter=use.parameter,
                position=use.since,
                since=row.time if row else None,
                change=letters(row.change_id) if row else None,
                is_used=use.is_present,
                key=SHREDDED if note and note.row is None else key_of(use),
                noted_since=note.since if note and note.row else None,
            )
        )
    return secrets


def _key_states(database: Database, keyring: Keyring) -> Callable[[SecretUse], str]:
    """Returns what tells where the key of a secret is that was not shredded."""
    imported = ledgers_without_keys(database)

    def state(use: SecretUse) -> str:
        if stored_keys.key(database, use.key_id) is not None:
            return HERE if keyring.key_for(use.ledger_id).is_there else ELSEWHERE
        return ELSEWHERE if use.ledger_id in imported or keyring.is_served(use.ledger_id) else MISSING

    return state
