"""What a machine notes of changes besides the ledger: where it last ended, and what was refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from zenml.flavors.lookup import secret_names, unknown_names
from zenml.ledger import attempts
from zenml.ledger.origin import Origin
from zenml.repository import known_heads
from zenml.repository.request import Request
from zenml.stores.local import LocalTransaction


def before(request: Request, transaction: LocalTransaction) -> None:
    """Makes sure, under the lock, that the ledger goes on from what was seen of it.

    Raises:
        DamagedLedgerError: It went backwards, or was replaced.
    """
    if transaction.views_were_edited:
        request.notify(
            "What commands show had been edited outside of zenml, and was rebuilt from the recorded events."
        )
    if not request.dry_run:
        sentence = known_heads.check(transaction.database, request.config_directory)
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
