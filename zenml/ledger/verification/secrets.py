"""Whether every secret that was recorded can still be opened, and is what was sealed."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from zenml.domain.errors import LedgerError
from zenml.ledger.keys import MasterKey
from zenml.ledger.verification.verdicts import Problem, Verdict
from zenml.projections import stored_events, stored_keys
from zenml.projections.database import Database, StorageError, ledgers_without_keys
from zenml.projections.shared import shared_ledgers
from zenml.projections.stored_keys import StoredKey

_WRAPPED, _DIGEST = 12 + 32 + 16, 32  # bytes: nonce, key and tag; HMAC-SHA-256


class _Sealed(NamedTuple):
    """A secret in an event; the first one, if several repeat it."""

    ledger_id: str
    position: int
    ciphertext: str | None


def secrets_verdict(database: Database, master_key: MasterKey) -> Verdict:
    """Compares the secrets of all events with the keys they were sealed with.

    Every key that an event names must be there, and no other. Where the master key is at hand, every secret is
    opened, and compared with the digest that was noted of it.
    """
    try:
        sealed = _sealed(database)
        rows = {key.key_id: key for key in stored_keys.keys(database)}
    except StorageError as error:
        return Verdict("", (Problem(None, None, f"The keys of secrets cannot be read: {error}."),))
    imported, shared = ledgers_without_keys(database), shared_ledgers(database)
    elsewhere = imported | shared
    problems = list(_unmatched(sealed, rows, imported - shared, elsewhere))
    here = {key_id: secret for key_id, secret in sealed.items() if key_id in rows}
    if not sealed:
        return Verdict("no secrets", tuple(problems))
    absent = len(sealed) - len(here)
    more = f", the keys of {absent:,} are elsewhere" if absent and elsewhere else ""
    if not here:
        return Verdict(f"none could be opened{more}", tuple(problems), compared=bool(problems))
    if not master_key.is_there:
        sentence = f"{len(here):,} secrets were not opened: no key is at hand{more}"
        return Verdict(sentence, tuple(problems), compared=bool(problems))
    try:
        problems += _compared(here, rows, master_key)
    except LedgerError as error:
        problems.append(Problem(None, None, error.message))
    return Verdict(f"{len(here):,} secrets opened with the key in {master_key.source}{more}", tuple(problems))


def _unmatched(
    sealed: dict[str, _Sealed], rows: dict[str, StoredKey], imported: set[str], elsewhere: set[str]
) -> Iterator[Problem]:
    for key_id, secret in sealed.items():
        row = rows.get(key_id)
        if row is None:
            if secret.ledger_id not in elsewhere:
                yield Problem(secret.ledger_id, secret.position, f"The key {key_id} of a secret is missing.")
        elif row.ledger_id != secret.ledger_id:
            sentence = f"The key {key_id} of a secret is recorded for the ledger {row.ledger_id!r}."
            yield Problem(secret.ledger_id, secret.position, sentence)
    for key_id in sorted(rows.keys() - sealed.keys()):
        yield Problem(None, None, f"The key {key_id!r} does not belong to a recorded secret.")
    missing = {secret.ledger_id for key_id, secret in sealed.items() if key_id not in rows}
    for ledger_id in sorted(imported - missing):
        yield Problem(
            ledger_id, None, "The keys of its secrets are recorded as being elsewhere, but none is missing."
        )


def _compared(sealed: dict[str, _Sealed], rows: dict[str, StoredKey], master_key: MasterKey) -> list[Problem]:
    """Opens every secret. Raises `LedgerError` if the key is unusable."""
    problems, foreign = [], []
    for key_id, secret in sealed.items():
        row = rows[key_id]
        if secret.ciphertext is None:
            continue  # it was blanked
        if len(row.wrapped) != _WRAPPED or len(row.digest) != _DIGEST:
            problems.append(
                Problem(secret.ledger_id, secret.position, f"The key {key_id} of a secret is damaged.")
            )
        elif master_key.unwrap(key_id, row.wrapped) is None:
            sentence = f"The key {key_id} of a secret was sealed with another key, or altered."
            foreign.append(Problem(secret.ledger_id, secret.position, sentence))
        elif (text := master_key.opened(key_id, secret.ciphertext, row.wrapped)) is None:
            sentence = f"The key {key_id} does not open its secret: one of them was altered."
            problems.append(Problem(secret.ledger_id, secret.position, sentence))
        elif not hmac.compare_digest(row.digest, master_key.digest(text)):
            sentence = f"The recorded digest of the secret of key {key_id} does not match its value."
            problems.append(Problem(secret.ledger_id, secret.position, sentence))
    if len(foreign) == len(sealed):
        sentence = f"The key in {master_key.source} is the wrong one: it opens none of {len(sealed):,} secrets."
        return [Problem(None, None, sentence)]
    return foreign + problems


def _sealed(database: Database) -> dict[str, _Sealed]:
    """Returns every secret that an event holds, by the id of its key."""
    sealed: dict[str, _Sealed] = {}
    for event in stored_events.events(database, containing='"key_id"'):
        try:
            fields = json.loads(event.text)
        except (ValueError, RecursionError):
            continue  # others say so
        for key_id, ciphertext in _within(fields):
            sealed.setdefault(key_id, _Sealed(event.ledger_id, event.position, ciphertext))
    return sealed


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
