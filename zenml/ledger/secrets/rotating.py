"""Replaces the key that wraps data keys. The secrets and their data keys stay what they are, and so do all events.

The next key is in a file beside the key's before any row is wrapped with it, and takes the key's place when all
rows are. Whatever ends the program in between: one of the two files opens every row, and `MasterKey` finds which.
The rows are noted as they are wrapped now in the same transaction, in each ledger that has some.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from zenml.domain.errors import NotAllowedError
from zenml.ledger.change import ChangeBuilder, ChangeHeader
from zenml.ledger.ledger import LockedLedger
from zenml.ledger.origin import Origin
from zenml.ledger.secrets.keyring import Keyring
from zenml.ledger.secrets.keys import MasterKey
from zenml.ledger.secrets.noting import notes_of, takes_notes
from zenml.ledger.secrets.profile_keys import ProfileKey
from zenml.ledger.secrets.sealed_secrets import sealed_secrets
from zenml.ledger.secrets.wrapping import WrappingKey
from zenml.projections import stored_keys
from zenml.projections.database import Database
from zenml.projections.stored_keys import StoredKey
from zenml.stores.protocol import KeyRow, Store, StoreTransaction


class Rotating(NamedTuple):
    """Whose change a rotation is, and what is done before and after it.

    Attributes:
        who: Who makes it, and where from.
        before: Is called under the lock, before anything is done.
        after: Is called with what the transaction left.
    """

    who: Origin
    before: Callable[[StoreTransaction], None]
    after: Callable[[StoreTransaction], None]


class Rotation(NamedTuple):
    """What became of a rotation.

    Attributes:
        rewrapped: How many secrets the new key opens.
        left: How many it does not, since the key before it did not either.
    """

    rewrapped: int
    left: int


def rotate(store: Store, keyring: Keyring, key: MasterKey, rotating: Rotating) -> Rotation:
    """Makes a new key, and wraps all data keys with it that the present one wraps.

    Args:
        store: The ledgers, that of a shared profile among them if the key is its; their lock is held meanwhile.
        keyring: Where the key is from.
        key: The key.
        rotating: Whose change it is, and what is done before and after it.

    Raises:
        NotAllowedError: The key is in a variable, or it is shared and the store would not take it to the others.
        DamagedLedgerError: It is missing, or it opens none of the secrets.
    """
    check_changeable(key)
    new = WrappingKey.new()
    with store.transaction() as transaction:
        rotating.before(transaction)
        # ends what was cut short before: from here on the files are left alone until the rows are there for good
        locked = LockedLedger(transaction, keyring, frozenset)
        change = locked.begin(None, None)
        if not _is_lost_for_nothing(key):
            key.make_sure()
        rows, left = _rewrapped(transaction.database, keyring, key, new)
        key.next_file.write(new.text, replace=True)
        if isinstance(key, ProfileKey):
            wrapped = [KeyRow(row.key_id, row.wrapped, row.digest) for row in rows]
            transaction.rewrap(wrapped, new.check_value(key.ledger_id))
        stored_keys.replace(transaction.database, rows)
        _note(locked, change, keyring, rows)
        locked.finish(change, ChangeHeader("evidence", rotating.who))
    rotating.after(transaction)
    with store.transaction():  # the rows are there for good: from here on the next key is the one in force
        key.follow(new)
    return Rotation(len(rows), left)


def _is_lost_for_nothing(key: MasterKey) -> bool:
    """Tells whether a shared key is not here, and nothing is sealed with it any more: another one may follow."""
    return isinstance(key, ProfileKey) and not key.is_there and next(iter(key.wrapped_before()), None) is None


def _note(locked: LockedLedger, change: ChangeBuilder, keyring: Keyring, rows: list[StoredKey]) -> None:
    """Notes how rows are wrapped now; nothing in a ledger that is shared with versions that do not know it."""
    for ledger_id in sorted({row.ledger_id for row in rows}):
        if takes_notes(locked.transaction, keyring, ledger_id):
            here = [row for row in rows if row.ledger_id == ledger_id]
            for command in notes_of(ledger_id, keyring.wrapping(ledger_id), here):
                change.execute(command, ledger_id)


def check_changeable(key: MasterKey) -> None:
    """Makes sure that a key is not in a variable. Raises `NotAllowedError`."""
    if key.variable is not None:
        raise NotAllowedError(
            f"The key is in the variable {key.variable}, and what is in a variable is changed where that is set.",
            f'Run "unset {key.variable}" to use the key in {key.file.path}.',
        )


def _rewrapped(
    database: Database, keyring: Keyring, key: MasterKey, new: WrappingKey
) -> tuple[list[StoredKey], int]:
    """Returns the rows that a key wraps as a new one has them, and the number of those that it does not open."""
    sealed, rows, left = sealed_secrets(database), list[StoredKey](), 0
    for row in stored_keys.keys(database):
        if keyring.key_for(row.ledger_id) is not key:
            continue
        secret = sealed.get(row.key_id)
        data_key = key.unwrap(row.key_id, row.wrapped)
        text = key.opened(row.key_id, secret.ciphertext, row.wrapped) if secret and secret.ciphertext else None
        if data_key is None or text is None:
            left += 1
        else:
            rows.append(row._replace(wrapped=new.wrap(row.key_id, data_key), digest=new.digest(text)))
    return rows, left
