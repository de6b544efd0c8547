"""What a machine notes of changes besides the ledger: where it last ended, and what was refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from zenml.flavors.lookup import secret_names, unknown_names
from zenml.ledger import attempts
from zenml.ledger.origin import Origin
from zenml.repository import known_heads
from zenml.repository.request import Request


def before(request: Request, database: sqlite3.Connection) -> None:
    """Makes sure, under the lock, that the ledger goes on from what was seen of it.

    Raises:
        DamagedLedgerError: It went backwards, or was replaced.
    """
    if not request.dry_run:
        sentence = known_heads.check(database, request.config_directory)
        if sentence is not None:
            request.notify(sentence)


def after(request: Request, database: sqlite3.Connection) -> None:
    """Notes, after the commit, where the ledger ends."""
    if not request.dry_run:
        known_heads.remember(database, request.config_directory)


def failed(request: Request, who: Origin, error: BaseException, plaintexts: Iterable[str] = ()) -> None:
    """Notes that a change was not made."""
    if not request.dry_run:
        names = secret_names() | unknown_names(request.words or ())
        attempts.note(request.config_directory, who, error, secret_names=names, plaintexts=plaintexts)
