"""A store to try things out on: it decides as the real one would, and not a byte of a file is written.

The file is opened for reading. Before a row of a view begins or ends, the present rows of that view are copied to
a temporary table in memory, which SQLite finds before that of the file ("Database Object Name Resolution" in its
documentation): what is decided goes there. Its cost grows with how much there is of what it changes, not with how
that came about.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, ClassVar

from zenml.evidence.merkle import Frontier
from zenml.projections import views
from zenml.projections.database import connect, stand_still
from zenml.projections.errors import from_sqlite
from zenml.projections.rows import Cells, Key, LiveRows
from zenml.projections.temporal import TemporalTable
from zenml.stores.protocol import KeyRow
from zenml.stores.tables import TableTransaction

if TYPE_CHECKING:
    from eventsourcing.persistence import StoredEvent


class RehearsedRows(LiveRows):
    """The views as they would be."""

    def begin(self, table: TemporalTable, key: Key, cells: Cells) -> None:
        """Inserts the row in memory."""
        self._stand_before(table)
        super().begin(table, key, cells)

    def end(self, table: TemporalTable, key: Key) -> Cells | None:
        """Updates the row in memory."""
        self._stand_before(table)
        return super().end(table, key)

    def settle(self) -> None:
        """Does nothing: no seal will cover the rows."""

    def ledger_number(self, ledger_id: str) -> int:
        """Looks it up; a ledger that would begin gets one in memory."""
        known = self.database.execute("SELECT ledger FROM applied WHERE ledger_id = ?", (ledger_id,)).fetchone()
        if known is None and not self._stands("applied"):
            self.database.execute(views.APPLIED.format("temp."))
            self.database.execute("INSERT INTO temp.applied SELECT * FROM main.applied")
        return int(known[0]) if known else super().ledger_number(ledger_id)

    def _stand_before(self, table: TemporalTable) -> None:
        """Puts what is present of a view into a temporary table that stands before that of the file."""
        if self._stands(table.name):
            return
        self.database.execute(table.statement("temp."))
        present = f"SELECT * FROM main.{table.name} WHERE until IS NULL"
        self.database.execute(f"INSERT INTO temp.{table.name} {present}")
        for statement in table.index_statements("temp.", past=False):
            self.database.execute(statement)

    def _stands(self, name: str) -> bool:
        """Tells whether a temporary table is there; a savepoint may have taken it back."""
        sql = "SELECT 1 FROM sqlite_temp_master WHERE type = 'table' AND name = ?"
        return self.database.execute(sql, (name,)).fetchone() is not None


class RehearsalTransaction(TableTransaction):
    """What is there, and what would be."""

    REHEARSED: ClassVar[bool] = True

    def __init__(self, database: sqlite3.Connection) -> None:
        super().__init__(database)
        self.rows = RehearsedRows(database)
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
                database.execute("PRAGMA temp_store = MEMORY")
                stand_still(database)
                with closing(RehearsalTransaction(database)) as transaction:
                    yield transaction
            except sqlite3.Error as error:
                raise from_sqlite(error, self._path) from error

    def close(self) -> None:
        """Does nothing: no file is kept open."""
