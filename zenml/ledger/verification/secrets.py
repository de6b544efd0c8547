"""Whether every secret that was recorded can still be opened, and is what was sealed."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Set
from typing import NamedTuple

from zenml.domain.errors import LedgerError
from zenml.ledger.secrets.keyring import Keyring
from zenml.ledger.secrets.keys import MasterKey
from zenml.ledger.secrets.sealed_secrets import SealedSecret, sealed_secrets
from zenml.ledger.verification.noted_keys import KeyNotes, Place, unlike_notes
from zenml.ledger.verification.verdicts import Problem, Verdict
from zenml.projections import stored_keys
from zenml.projections.database import Database, StorageError, ledgers_without_keys
from zenml.projections.shared import served_ledgers, shared_ledgers
from zenml.projections.stored_keys import StoredKey

_WRAPPED, _DIGEST = 12 + 32 + 16, 32  # bytes: nonce, key and tag; HMAC-SHA-256

_Named = tuple[str, Problem]
"""The id of a key, and what is wrong with it."""


class _Compared(NamedTuple):
    """What opening secrets gave: what is wrong, and the keys that another key wrapped and that are as noted."""

    problems: list[_Named]
    foreign: list[str]


def secrets_verdict(database: Database, keyring: Keyring) -> Verdict:
    """Compares the secrets of all events with the keys they were sealed with.

    Every key that an event names must be there as it was noted, and no other. Where the machine's key is at hand,
    or that of a profile that is shared, every secret it wraps is opened, and compared with the digest that was
    noted of it.
    """
    try:
        sealed = sealed_secrets(database)
        rows = {key.key_id: key for key in stored_keys.keys(database)}
        notes = KeyNotes(database)
    except StorageError as error:
        return Verdict("", (Problem(None, None, f"The keys of secrets cannot be read: {error}."),))
    imported, shared = ledgers_without_keys(database), shared_ledgers(database)
    elsewhere = imported | served_ledgers(database)
    problems = list(_unmatched(sealed, rows, notes, imported - shared, elsewhere))
    here = {key_id: secret for key_id, secret in sealed.items() if key_id in rows}
    if not sealed and not rows:
        return Verdict("no secrets", tuple(problem for _, problem in problems))
    parts, compared = [], bool(problems)
    keyring.look_at(database)
    for key, secrets in _by_key(here, rows, keyring):
        if not key.is_there:
            parts.append(f"{len(secrets):,} secrets were not opened: {key.absence}")
            continue
        compared = True
        what = "secret" if len(secrets) == 1 else "secrets"
        parts.append(f"{len(secrets):,} {what} opened with the key in {key.source}")
        try:
            opened = _compared(secrets, rows, key, notes, shared)
        except LedgerError as error:
            problems.append(("", Problem(None, None, error.message)))
            continue
        problems += opened.problems
        if opened.foreign:
            parts[-1] += f", but {len(opened.foreign):,} sealed with another key: {', '.join(opened.foreign)}"
    named = {key_id for key_id, _ in problems}
    found = [problem for _, problem in problems]
    found += unlike_notes(notes, sealed, rows, shared, named)
    absent = {(secret.ledger_id, key_id) for key_id, secret in sealed.items() if key_id not in here}
    compared = compared or (not here and absent <= notes.shredded.keys())
    if not here and not compared:
        parts.append("none could be opened")
    parts += _more(absent, here, notes)
    return Verdict("; ".join(parts), tuple(found), compared=compared or bool(found))


def _more(absent: set[Place], here: dict[str, SealedSecret], notes: KeyNotes) -> Iterator[str]:
    """Yields what is to be known of keys besides."""
    shredded = sum(place in notes.shredded for place in absent)
    if len(absent) > shredded:
        yield f"the keys of {len(absent) - shredded:,} are elsewhere"
    if shredded:
        yield f"{shredded:,} shredded"
    for ledger_id, position in notes.noted_since(here).items():
        yield f"keys from before position {position} of the ledger {ledger_id} are noted since then"


def _by_key(
    sealed: dict[str, SealedSecret], rows: dict[str, StoredKey], keyring: Keyring
) -> list[tuple[MasterKey, dict[str, SealedSecret]]]:
    """Returns each key with the secrets it wraps, the machine's first."""
    by_ledger: dict[str, dict[str, SealedSecret]] = {}
    for key_id, secret in sealed.items():
        ledger_id = rows[key_id].ledger_id
        by_ledger.setdefault(ledger_id if keyring.is_shared(ledger_id) else "", {})[key_id] = secret
    return [
        (keyring.profile_key(ledger_id) if ledger_id else keyring.machine, by_ledger[ledger_id])
        for ledger_id in sorted(by_ledger)
    ]


def _unmatched(
    sealed: dict[str, SealedSecret],
    rows: dict[str, StoredKey],
    notes: KeyNotes,
    imported: set[str],
    elsewhere: set[str],
) -> Iterator[_Named]:
    for key_id, secret in sealed.items():
        row = rows.get(key_id)
        if row is None:
            if secret.ledger_id not in elsewhere and (secret.ledger_id, key_id) not in notes.shredded:
                sentence = f"The key {key_id} of a secret is missing."
                yield key_id, Problem(secret.ledger_id, secret.position, sentence)
        elif row.ledger_id != secret.ledger_id:
            sentence = f"The key {key_id} of a secret is recorded for the ledger {row.ledger_id!r}."
            yield key_id, Problem(secret.ledger_id, secret.position, sentence)
    for key_id in sorted(rows.keys() - sealed.keys(), key=str):
        yield key_id, Problem(None, None, f"The key {key_id!r} does not belong to a recorded secret.")
    missing = {secret.ledger_id for key_id, secret in sealed.items() if key_id not in rows}
    for ledger_id in sorted(imported - missing):
        sentence = "The keys of its secrets are recorded as being elsewhere, but none is missing."
        yield "", Problem(ledger_id, None, sentence)


def _compared(
    sealed: dict[str, SealedSecret],
    rows: dict[str, StoredKey],
    key: MasterKey,
    notes: KeyNotes,
    shared: Set[str],
) -> _Compared:
    """Opens every secret. Raises `LedgerError` if the key is unusable."""
    problems, foreign, sound = list[_Named](), list[_Named](), list[str]()
    for key_id, secret in sealed.items():
        row = rows[key_id]
        if secret.ciphertext is None:
            continue  # it was blanked
        if len(row.wrapped) != _WRAPPED or len(row.digest) != _DIGEST:
            sentence = f"The key {key_id} of a secret is damaged."
            problems.append((key_id, Problem(secret.ledger_id, secret.position, sentence)))
        elif key.unwrap(key_id, row.wrapped) is None:
            if notes.is_as_noted(row, shared):
                sound.append(key_id)
            sentence = f"The key {key_id} of a secret was sealed with another key, or altered."
            foreign.append((key_id, Problem(secret.ledger_id, secret.position, sentence)))
        elif (text := key.opened(key_id, secret.ciphertext, row.wrapped)) is None:
            sentence = f"The key {key_id} does not open its secret: one of them was altered."
            problems.append((key_id, Problem(secret.ledger_id, secret.position, sentence)))
        elif not hmac.compare_digest(row.digest, key.digest(text)):
            sentence = f"The recorded digest of the secret of key {key_id} does not match its value."
            problems.append((key_id, Problem(secret.ledger_id, secret.position, sentence)))
    if len(foreign) == len(sealed):
        sentence = f"The key in {key.source} is the wrong one: it opens none of {len(sealed):,} secrets."
        return _Compared([("", Problem(None, None, sentence))], [])
    altered = [named for named in foreign if named[0] not in sound]
    return _Compared(altered + problems, sound)
