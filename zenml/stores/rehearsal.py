"""A store to try things out on: it decides as the real one would, and not a byte of a file is written.

The file is opened for reading. The present rows of the views are copied to temporary tables in memory, which
SQLite finds before the tables of the file ("Database Object Name Resolution" in its documentation): what is
decided goes there. Its cost grows with what there is, not with how it came about.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from typing import ClassVar

from eventsourcing.persistence import StoredEvent

from zenml.evidence.merkle import Frontier
from zenml.projections import views
from zenml.projections.database import connect
from zenml.projections.errors import from_sqlite
from zenml.projections.tables import TEMPORAL
from zenml.stores.protocol import KeyRow
from zenml.stores.transactions import TableTransaction


class RehearsalTransaction(TableTransaction):
    """What is there, and what would be."""

    REHEARSED: ClassVar[bool] = True

    def __init__(self, database: sqlite3.Connection) -> None:
        super().__init__(database)
        self._heads: dict[str, Frontier] = {}

    def head(self, ledger_id: str) -> Frontier:
        """Returns size and frontier as they would be."""
        return self._heads.get(ledger_id) or super().head(ledger_id)

    def append(self, ledger_id: str, kind: str, stored: list[StoredEvent], head: Frontier) -> None:
        """Notes where the ledger would end."""
        self.check_open()
        self._heads[ledger_id] = head

    def add_key(self, ledger_id: str, key: KeyRow) -> None:
        """Stores nothing."""
        self.check_open()

    def remove_keys(self, ledger_id: str, key_ids: Collection[str]) -> None:
        """Removes nothing."""
        self.check_open()

    def blank(self, ledger_id: str, values: Collection[tuple[int, str]]) -> None:
        """Blanks nothing, and refuses what could not be blanked."""
        size = super().head(ledger_id).size
        self.texts_blanked(ledger_id, [value for value in values if value[0] <= size])

    def close(self) -> None:
        """Forgets what would be."""
        super().close()
        self._heads.clear()


class RehearsalStore:
    """A ledger's file, read only. Its views must be up to date."""

    def __init__(self, path: str) -> None:
        self._path = path

    @contextmanager
    def transaction(self) -> Iterator[RehearsalTransaction]:
        """Gives the rows of this moment, and lets it be changed in memory."""
        with closing(connect(self._path)) as database:
            try:
                overlay(database)
                with closing(RehearsalTransaction(database)) as transaction:
                    yield transaction
            except sqlite3.Error as error:
                raise from_sqlite(error, self._path) from error

    def close(self) -> None:
        """Does nothing: no file is kept open."""


def overlay(database: sqlite3.Connection) -> None:
    """Puts what is present into temporary tables that stand before those of the file."""
    database.execute("PRAGMA temp_store = MEMORY")
    if not database.in_transaction:
        database.execute("BEGIN")
    # a ledger that would begin needs a number, too
    database.execute(views.APPLIED.format("temp."))
    database.execute("INSERT INTO temp.applied SELECT * FROM main.applied")
    database.execute("CREATE TEMP TABLE views AS SELECT * FROM main.views")  # notes which rows come and go
    for table in TEMPORAL:
        database.execute(table.statement("temp."))
        database.execute(f"INSERT INTO temp.{table.name} SELECT * FROM main.{table.name} WHERE until IS NULL")
        for statement in table.index_statements("temp."):
            database.execute(statement)
