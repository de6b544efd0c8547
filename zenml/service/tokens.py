"""Who asks: tokens, as the service checks them at each request."""

from __future__ import annotations

import time
from enum import StrEnum
from typing import NamedTuple

from zenml import paths
from zenml.domain.errors import DamagedLedgerError
from zenml.domain.token_texts import id_of
from zenml.ledger.ids import utc_now
from zenml.projections import database, kept, tokens, versions
from zenml.projections.database import StorageError
from zenml.projections.errors import from_sqlite
from zenml.service.kept_file import KeptFile
from zenml.stores.token_hashes import TokenHashes

_NOTED_EVERY = 60
"""Seconds after which it is noted again that a token is used: a write for each request would be too many."""


class Role(StrEnum):
    """What a token lets one do: look; also make changes; also what is for those who run the service."""

    READER = "reader"
    WRITER = "writer"
    ADMIN = "admin"


class Token(NamedTuple):
    """A token that was checked.

    Attributes:
        secrets: Whether whoever has it may read secrets.
    """

    token_id: str
    name: str
    role: Role
    secrets: bool


class Tokens:
    """The tokens of a configuration folder. Nothing is remembered but when uses were noted: revoked is revoked.

    Args:
        config_directory: The configuration folder.
        file: The ledger's file there.
    """

    def __init__(self, config_directory: str, file: KeptFile) -> None:
        self._file = file
        self._hashes = TokenHashes(paths.token_file(config_directory))
        self._noted: dict[str, float] = {}

    def checked(self, text: str) -> Token | None:
        """Returns the token with this text; None if there is none, or if it was revoked.

        Raises:
            DamagedLedgerError: The ledger, or the file of the hashes, cannot be read.
        """
        token_id = id_of(text)
        if token_id is None:
            return None
        try:
            matches, row = self._hashes.matches(token_id, text), self._recorded(token_id)
        except StorageError as error:
            raise from_sqlite(error, self._file.path) from error
        if row is None or not matches:
            return None
        if row.until is not None:
            self._hashes.forget(token_id)  # a kill came before this was done
            return None
        self._note_used(token_id)
        return Token(row.token_id, row.name, Role(row.role), row.secrets)

    def add(self, token_id: str, text: str) -> None:
        """Keeps the hash of a token, which lets nobody in before the ledger has it; raises `NotAllowedError`."""
        self._hashes.put(token_id, text)

    def _recorded(self, token_id: str) -> tokens.TokenRow | None:
        """Returns what the ledger says of a token at this moment."""
        if not kept.is_kept(self._file.path):
            return None
        with self._file.look() as connection:
            if not versions.up_to_date(connection):
                raise DamagedLedgerError(f"The ledger {self._file.path} cannot be read.", code="views_not_made")
            machine_id = database.machine_ledger(connection)
            return tokens.token_by_id(connection, machine_id, token_id) if machine_id else None

    def _note_used(self, token_id: str) -> None:
        now = time.monotonic()
        if now - self._noted.get(token_id, -_NOTED_EVERY) >= _NOTED_EVERY:
            self._noted[token_id] = now
            self._hashes.note_used(token_id, utc_now())
