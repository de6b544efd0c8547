"""What tokens for the service look like outside of the ledger: their hashes, and when each was used last.

The text of a token is kept nowhere. Its hash is in a file of its own, and not among the events: it can be taken
away. By itself it lets nobody in; the ledger has to have the token too.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from zenml.domain.errors import NotAllowedError
from zenml.domain.token_texts import ID_LENGTH, LETTERS, RANDOM_BYTES
from zenml.projections.database import harden

_TABLE = (
    "CREATE TABLE IF NOT EXISTS tokens"
    " (token_id TEXT PRIMARY KEY, digest BLOB, last_used TEXT) STRICT, WITHOUT ROWID"
)
_PATIENCE = 10
"""Seconds to wait for another process, which writes a row at a time."""

_NOTE_PATIENCE = 0.2
"""Seconds to wait where it is only noted that a token was used: whoever asks is waiting."""


def draw() -> tuple[str, str]:
    """Returns the id and the text of a new token."""
    token_id = "".join(secrets.choice(LETTERS) for _ in range(ID_LENGTH))
    return token_id, f"zt_{token_id}_{secrets.token_hex(RANDOM_BYTES)}"


class TokenHashes:
    """The hashes in one file, which only its owner may read; nothing is kept open between calls."""

    def __init__(self, path: str) -> None:
        self._path = path

    def put(self, token_id: str, text: str) -> None:
        """Keeps the hash of a token; it is on the disk afterwards.

        Raises:
            NotAllowedError: The file cannot be written.
        """
        try:
            self._make()
            with self._opened(_PATIENCE) as database:
                database.execute(_TABLE)
                database.execute("INSERT OR REPLACE INTO tokens VALUES (?, ?, NULL)", (token_id, _digest(text)))
        except (OSError, sqlite3.Error) as error:
            raise NotAllowedError(
                f"The file {self._path} cannot be written: {getattr(error, 'strerror', None) or error}.",
                "Check the permissions of its folder, and that there is space.",
            ) from error

    def matches(self, token_id: str, text: str) -> bool:
        """Tells whether a text is that of a token. It takes as long whether there is such a token or not.

        Raises:
            sqlite3.Error: The file cannot be read.
        """
        row = None
        if os.path.exists(self._path):
            with self._opened(_PATIENCE) as database:
                row = database.execute("SELECT digest FROM tokens WHERE token_id = ?", (token_id,)).fetchone()
        known = row[0] if row and row[0] else b"\0" * hashlib.sha256().digest_size
        return hmac.compare_digest(known, _digest(text))

    def note_used(self, token_id: str, time: str) -> None:
        """Notes when a token was used; nothing, if the file cannot be written now."""
        with suppress(sqlite3.Error), self._opened(_NOTE_PATIENCE) as database:
            database.execute("UPDATE tokens SET last_used = ? WHERE token_id = ?", (time, token_id))

    def forget(self, token_id: str) -> None:
        """Takes away the hash of a token that was revoked: no backup of the ledger makes it valid again."""
        if os.path.exists(self._path):
            with suppress(sqlite3.Error), self._opened(_PATIENCE) as database:
                database.execute("UPDATE tokens SET digest = NULL WHERE token_id = ?", (token_id,))

    def last_used(self) -> dict[str, str]:
        """Returns when each token was used last, as far as that can be read."""
        if not os.path.exists(self._path):
            return {}
        with suppress(sqlite3.Error), self._opened(_PATIENCE) as database:
            return dict(database.execute("SELECT token_id, last_used FROM tokens WHERE last_used IS NOT NULL"))
        return {}

    def _make(self) -> None:
        """Makes the file and its folder, and closes both to others."""
        folder = os.path.dirname(self._path)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        os.chmod(folder, 0o700)
        os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600))
        os.chmod(self._path, 0o600)

    @contextmanager
    def _opened(self, patience: float) -> Iterator[sqlite3.Connection]:
        """Gives a connection, whose statements are each a transaction."""
        database = sqlite3.connect(self._path, isolation_level=None, timeout=patience)
        try:
            harden(database)
            for pragma in ("synchronous = FULL", "secure_delete = ON"):
                database.execute(f"PRAGMA {pragma}")
            yield database
        finally:
            database.close()


def _digest(text: str) -> bytes:
    """Returns a hash; a plain one is enough for what has 256 bits of randomness."""
    return hashlib.sha256(text.encode()).digest()
