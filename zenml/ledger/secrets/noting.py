"""What a change notes of the rows that keep the data keys of secrets, so that a lost or altered one is damage.

New rows are noted with the secrets that they open. Those from before there were such notes are noted all at once,
by the first change in their ledger, if they are what they should be; from then on a change asks one question.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator

from zenml.domain.commands import NoteKeys
from zenml.domain.errors import LedgerError
from zenml.domain.events import KeysNoted, NotedKey
from zenml.evidence.key_rows import row_hash
from zenml.ledger.secrets.keyring import Keyring
from zenml.ledger.secrets.keys import MasterKey
from zenml.ledger.secrets.sealed_secrets import SealedSecret, sealed_secrets
from zenml.projections import stored_keys
from zenml.projections.database import Database, ledgers_without_keys
from zenml.projections.stored_keys import StoredKey
from zenml.projections.versions import TOPIC_FORMATS
from zenml.stores.protocol import KeyRow, StoreTransaction

MOST = 256
"""Rows of one event."""


def notes_of(ledger_id: str, wrapping: str, rows: Iterable[KeyRow | StoredKey]) -> Iterator[NoteKeys]:
    """Yields what notes some rows, as many to an event as there may be."""
    noted = [
        NotedKey(key_id=row.key_id, row=row_hash(ledger_id, row.key_id, wrapping, row.wrapped, row.digest))
        for row in sorted(rows, key=lambda row: row.key_id)
    ]
    for first in range(0, len(noted), MOST):
        yield NoteKeys(tuple(noted[first : first + MOST]))


def takes_notes(transaction: StoreTransaction, keyring: Keyring, ledger_id: str) -> bool:
    """Tells whether keys are noted in a ledger here.

    Not for one that a service keeps, which wraps the keys and notes them itself; nor for one that is shared with
    versions that do not know such a note.
    """
    if transaction.REHEARSED or keyring.is_served(ledger_id):
        return False
    shared = transaction.shared
    is_old = shared is not None and shared.format < TOPIC_FORMATS[KeysNoted.TOPIC]
    return not (shared is not None and shared.ledger_id == ledger_id and is_old)


def notes(
    transaction: StoreTransaction, keyring: Keyring, ledger_id: str, new: Iterable[KeyRow]
) -> list[NoteKeys]:
    """Returns what a change has to note in a ledger.

    Args:
        transaction: What the change is made in.
        keyring: The keys that are at hand.
        ledger_id: The ledger.
        new: The rows that come with the change.
    """
    database, rows = transaction.database, list[KeyRow | StoredKey](new)
    if not (rows or stored_keys.has_any(database, ledger_id)):
        return []  # as nearly always, and the rest costs four questions
    if not takes_notes(transaction, keyring, ledger_id):
        return []
    if not _is_noted(database, keyring, ledger_id):
        rows += _sound(database, keyring, ledger_id)
    return list(notes_of(ledger_id, keyring.wrapping(ledger_id), rows)) if rows else []


def all_notes(transaction: StoreTransaction, keyring: Keyring, ledger_id: str) -> list[NoteKeys]:
    """Returns what notes all rows of a ledger as they are now; nothing if that is noted, or they are not sound."""
    database = transaction.database
    if not takes_notes(transaction, keyring, ledger_id) or _is_noted(database, keyring, ledger_id):
        return []
    return list(notes_of(ledger_id, keyring.wrapping(ledger_id), _sound(database, keyring, ledger_id)))


def _is_noted(database: Database, keyring: Keyring, ledger_id: str) -> bool:
    """Tells whether the keys of a ledger are noted as they are wrapped now. Looks at one of them.

    After a move to another place they may be wrapped with another key, and not be noted so yet.
    """
    if not stored_keys.is_noted(database, ledger_id):
        return False
    row = stored_keys.one_noted(database, ledger_id)
    return row is None or not keyring.key_for(ledger_id).is_there or keyring.is_as_noted(database, row)


def _sound(database: Database, keyring: Keyring, ledger_id: str) -> list[StoredKey]:
    """Returns the rows of a ledger; none where verification finds something wrong."""
    rows = {row.key_id: row for row in stored_keys.of_ledger(database, ledger_id)}
    if not rows or ledger_id in ledgers_without_keys(database) or not _opens_all(keyring, ledger_id, rows):
        return []
    sealed = sealed_secrets(database, ledger_id)
    notes = stored_keys.notes(database, ledger_id)
    shredded = {key_id for key_id, note in notes.items() if note.row is None}
    if sealed.keys() - shredded != rows.keys():
        return []
    if notes and not _are_right(keyring.key_for(ledger_id), sealed, rows):
        return []  # what differs from what was noted has to be proved right
    return list(rows.values())


def _are_right(key: MasterKey, sealed: dict[str, SealedSecret], rows: dict[str, StoredKey]) -> bool:
    """Tells whether rows open their secrets, and have the digests of what is in them."""
    for key_id, row in rows.items():
        ciphertext = sealed[key_id].ciphertext
        text = key.opened(key_id, ciphertext, row.wrapped) if ciphertext else None
        if ciphertext is not None and (text is None or not hmac.compare_digest(row.digest, key.digest(text))):
            return False
    return True


def _opens_all(keyring: Keyring, ledger_id: str, rows: dict[str, StoredKey]) -> bool:
    """Tells whether the key of a ledger opens all of some rows, if it is at hand."""
    key = keyring.key_for(ledger_id)
    if not key.is_there:
        return True
    try:
        return all(key.unwrap(row.key_id, row.wrapped) is not None for row in rows.values())
    except (LedgerError, TypeError):
        return False
