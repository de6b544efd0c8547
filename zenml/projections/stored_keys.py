"""The keys of secrets in a ledger's file, encrypted, each with a keyed digest of the value that it encrypts."""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zenml.projections.database import Database


class StoredKey(namedtuple("StoredKey", "key_id ledger_id wrapped digest")):
    """A key as it is stored: a damaged file may hold anything in it."""

    __slots__ = ()
    key_id: str
    ledger_id: str
    wrapped: bytes
    digest: bytes


_SELECT = f"SELECT {', '.join(StoredKey._fields)} FROM keys"


def key(database: Database, key_id: str) -> StoredKey | None:
    """Returns a key; None if it is not in the file."""
    row = database.execute(f"{_SELECT} WHERE key_id = ?", (key_id,)).fetchone()
    return StoredKey(*row) if row else None


def keys(database: Database) -> Iterator[StoredKey]:
    """Yields every key of the file, the newest first."""
    return (StoredKey(*row) for row in database.execute(f"{_SELECT} ORDER BY rowid DESC"))


def ledgers(database: Database) -> list[str]:
    """Returns the ledgers that have keys in the file."""
    return [ledger_id for (ledger_id,) in database.execute("SELECT DISTINCT ledger_id FROM keys ORDER BY 1")]


def wrapped_keys(database: Database) -> list[tuple[str, bytes]]:
    """Returns the id of each key of the file, and the key as it is wrapped, the newest first."""
    return [(key.key_id, key.wrapped) for key in keys(database)]


def replace(database: Database, wrapped: Iterable[StoredKey]) -> None:
    """Stores keys in the place of those of the same ids; under a writer's lock."""
    database.executemany(
        "UPDATE keys SET wrapped = ?, digest = ? WHERE key_id = ?",
        [(key.wrapped, key.digest, key.key_id) for key in wrapped],
    )
