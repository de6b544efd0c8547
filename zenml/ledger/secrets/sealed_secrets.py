"""The secrets that events hold, as they are stored: encrypted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from zenml.projections import stored_events
from zenml.projections.database import Database


class SealedSecret(NamedTuple):
    """A secret in an event; the first one, if several repeat it.

    Attributes:
        ledger_id: The ledger that the event is in.
        position: Where in it.
        ciphertext: Nonce and ciphertext as hex; empty if it is none, None if it was blanked.
    """

    ledger_id: str
    position: int
    ciphertext: str | None


def sealed_secrets(database: Database, ledger_id: str | None = None) -> dict[str, SealedSecret]:
    """Returns every secret that an event holds, by the id of its key; those of one ledger, if it is named."""
    sealed: dict[str, SealedSecret] = {}
    for event in stored_events.events(database, ledger_id, containing='"key_id"'):
        try:
            fields = json.loads(event.text)
        except (ValueError, RecursionError):
            continue  # others say so
        for key_id, ciphertext in _within(fields):
            sealed.setdefault(key_id, SealedSecret(event.ledger_id, event.position, ciphertext))
    return sealed


def sealed_secret(database: Database, ledger_id: str, key_id: str) -> SealedSecret | None:
    """Returns a secret of a ledger, by the id of its key; None if no event of it has one."""
    found = None
    for event in stored_events.events(database, ledger_id, containing=f'"{key_id}"'):
        try:
            within = dict(_within(json.loads(event.text)))
        except (ValueError, RecursionError):
            continue  # others say so
        if key_id in within:
            found = SealedSecret(event.ledger_id, event.position, within[key_id])
            if found.ciphertext is not None:
                break  # one that was not blanked
    return found


def _within(member: Any) -> Iterator[tuple[str, str | None]]:
    if isinstance(member, list):
        for inner in member:
            yield from _within(inner)
    elif isinstance(member, dict):
        key_id, ciphertext = member.get("key_id"), member.get("ciphertext")
        if isinstance(key_id, str) and isinstance(ciphertext, dict):
            try:
                text = json.loads(ciphertext["v"]) if "v" in ciphertext else None
            except (TypeError, ValueError):
                text = ""
            yield key_id, text if text is None or _is_hex(text) else ""
        else:
            for inner in member.values():
                yield from _within(inner)


def _is_hex(text: object) -> bool:
    try:
        return isinstance(text, str) and bool(bytes.fromhex(text))
    except ValueError:
        return False
