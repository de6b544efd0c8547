"""The keys of secrets that a file has. Whoever needs the key of one secret asks here."""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3


class Key(namedtuple("Key", "wrapped digest")):
    """The key of a secret.

    Attributes:
        wrapped: The key, encrypted with the master key.
        digest: A keyed digest of the secret: the same for the same value.
    """

    __slots__ = ()
    wrapped: bytes
    digest: bytes


def key(database: sqlite3.Connection, key_id: str) -> Key | None:
    """Returns the key of a secret; None if the file does not have it: then its value cannot even be compared."""
    row = database.execute("SELECT wrapped, digest FROM keys WHERE key_id = ?", (key_id,)).fetchone()
    return Key(*row) if row else None
