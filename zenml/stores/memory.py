"""Ledgers in memory: as real as a file, for as long as the process lasts."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from eventsourcing.persistence import PersistenceError

from zenml.projections.errors import from_sqlite
from zenml.stores import schema
from zenml.stores.rebuilding import rebuild
from zenml.stores.recorder import LedgerDatastore, LedgerRecorder
from zenml.stores.transactions import RecordingTransaction

_IN_MEMORY = ":memory:"
"""SQLite's name for a database without a file. One thread is inside at a time, so one connection serves all."""


class MemoryStore:
    """One database without a file, for all threads of a process; gone when it is closed."""

    def __init__(self) -> None:
        self._datastore = LedgerDatastore(_IN_MEMORY)
        self._recorder = LedgerRecorder(self._datastore)
        with self._datastore.locked() as cursor:
            schema.create(cursor.sqlite_cursor.connection)

    @contextmanager
    def transaction(self) -> Iterator[RecordingTransaction]:
        """Waits for the other threads; commits at the end, rolls back after an error.

        Nobody but this process can edit the tables, so neither they nor the views are checked before.
        """
        try:
            with (
                self._datastore.locked() as cursor,
                closing(RecordingTransaction(cursor, self._recorder)) as transaction,
            ):
                yield transaction
                transaction.finish_views()
        except (sqlite3.Error, PersistenceError) as error:
            raise from_sqlite(error, _IN_MEMORY) from error

    def rebuild(self, progress: Callable[[int], None] = lambda count: None) -> int:
        """Rebuilds all views from the events and returns the number of events."""
        with self.transaction() as transaction:
            return rebuild(transaction.database, progress)

    def checkpoint(self) -> list[str]:
        """Returns nothing: there is no file."""
        return []

    def close(self) -> None:
        """Forgets everything."""
        self._datastore.close()
