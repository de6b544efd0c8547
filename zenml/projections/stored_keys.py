"""The keys of secrets in a ledger's file, encrypted, each with a keyed digest of the value that it encrypts."""

from __future__ import annotations

from collections import namedtuple

from zenml.projections.temporal import LEDGER, LEDGER_ID

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


class NotedState(namedtuple("NotedState", "row since")):
    """What was noted last of a key: the hash of its row, None if it was destroyed; and at which position."""

    __slots__ = ()
    row: str | None
    since: int


_HERE = f"noted_keys.ledger = {LEDGER.format('?')}"
_SELECT = f"SELECT {', '.join(StoredKey._fields)} FROM keys"


def key(database: Database, key_id: str) -> StoredKey | None:
    """Returns a key; None if it is not in the file."""
    row = database.execute(f"{_SELECT} WHERE key_id = ?", (key_id,)).fetchone()
    return StoredKey(*row) if row else None


def is_shredded(database: Database, ledger_id: str, key_id: str) -> bool:
    """Tells whether the events of a ledger say that a key was destroyed."""
    sql = f"SELECT 1 FROM noted_keys WHERE {_HERE} AND key_id = ? AND until IS NULL AND row IS NULL"
    return database.execute(sql, (ledger_id, key_id)).fetchone() is not None


def noted_row(database: Database, ledger_id: str, key_id: str) -> str | None:
    """Returns the hash of a key's row as it was noted last; None if it was not, or if the key was destroyed."""
    sql = f"SELECT row FROM noted_keys WHERE {_HERE} AND key_id = ? AND until IS NULL"
    row = database.execute(sql, (ledger_id, key_id)).fetchone()
    return row[0] if row else None


def noted_ledgers(database: Database) -> list[str]:
    """Returns the ledgers with keys that were noted and not destroyed."""
    sql = (
        f"SELECT DISTINCT {LEDGER_ID.format('noted_keys')} FROM noted_keys WHERE row IS NOT NULL AND until IS NULL"
    )
    return [ledger_id for (ledger_id,) in database.execute(sql)]


def is_noted(database: Database, ledger_id: str) -> bool:
    """Tells whether any key of a ledger was noted, or destroyed."""
    sql = f"SELECT 1 FROM noted_keys WHERE {_HERE} AND until IS NULL LIMIT 1"
    return database.execute(sql, (ledger_id,)).fetchone() is not None


def one_noted(database: Database, ledger_id: str) -> StoredKey | None:
    """Returns a key of a ledger that was noted; None if none of these is there."""
    sql = (
        f"SELECT {', '.join(f'keys.{field}' for field in StoredKey._fields)} FROM noted_keys JOIN keys"
        f" ON keys.key_id = noted_keys.key_id AND keys.ledger_id = {LEDGER_ID.format('noted_keys')}"
        f" WHERE {_HERE} AND until IS NULL AND row IS NOT NULL LIMIT 1"
    )
    row = database.execute(sql, (ledger_id,)).fetchone()
    return StoredKey(*row) if row else None


def notes(database: Database, ledger_id: str) -> dict[str, NotedState]:
    """Returns what was noted last of each key of a ledger, by its id."""
    sql = f"SELECT key_id, row, since FROM noted_keys WHERE {_HERE} AND until IS NULL"
    return {key_id: NotedState(row, since) for key_id, row, since in database.execute(sql, (ledger_id,))}


def of_ledger(database: Database, ledger_id: str) -> list[StoredKey]:
    """Returns the keys of a ledger, in the order in which they were stored."""
    sql = f"{_SELECT} WHERE ledger_id = ? ORDER BY rowid"
    return [StoredKey(*row) for row in database.execute(sql, (ledger_id,))]


def has_any(database: Database, ledger_id: str) -> bool:
    """Tells whether the file has a key of a ledger."""
    return database.execute("SELECT 1 FROM keys WHERE ledger_id = ? LIMIT 1", (ledger_id,)).fetchone() is not None


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
