"""The ``local`` store: one SQLite file that holds the machine's ledger and one per local profile."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from eventsourcing.persistence import PersistenceError

from zenml.domain.errors import NotAllowedError
from zenml.projections.database import begun, data_version, is_there
from zenml.projections.errors import from_sqlite
from zenml.projections.kept import check_not_lost
from zenml.projections.sealing.file_times import are_genuine, is_noted
from zenml.projections.versions import up_to_date
from zenml.stores import kept_open, schema
from zenml.stores.transactions import RecordingTransaction

_PATIENCE, _BRIEF = 10, 1
"""Seconds to wait for those who read, before the log is left as it is: where that is asked for, and anyway."""

IN_THE_LOG = (
    "{path}-wal: another program that reads the ledger still needs it, so what was blanked stays in it until that "
    "program ends and a command of zenml is run."
)


class LocalStore:
    """One file. Made on first use.

    Args:
        path: Where it is.
        draft: Whether it is yet to take the place of a ledger: what lies beside it was not made from it.

    Raises:
        DamagedLedgerError: There was one, and it is gone.
    """

    def __init__(self, path: str, *, draft: bool = False) -> None:
        self.path = path
        self._draft = draft
        self._is_closed = False
        if not (draft or is_there(path)):
            check_not_lost(path)
        if not os.path.exists(path):
            _make_file(path)
        try:
            self._file = kept_open.take(path, kept=not draft)
        except (sqlite3.Error, PersistenceError) as error:
            raise from_sqlite(error, path) from error

    @contextmanager
    def transaction(self, *, views_needed: bool = True) -> Iterator[RecordingTransaction]:
        """Locks the file; commits at the end, rolls back after an error.

        Args:
            views_needed: Rebuild the views first if they are missing or old.
        """
        try:
            with (
                self._open.datastore.locked() as cursor,
                closing(RecordingTransaction(cursor, self._open.recorder)) as transaction,
            ):
                is_known = views_needed or self._is_untouched(transaction.database)
                transaction.views_were_edited = self._prepare(transaction.database, views_needed)
                transaction.goes_on = self._file.goes_on
                yield transaction
                transaction.finish_views()
                left = (transaction.database, data_version(transaction.database)) if is_known else None
            self._file.left, self._file.goes_on = left, transaction.goes_on
            if transaction.has_removed:
                self._file.datastore.emptied_log(_BRIEF)
        except (sqlite3.Error, PersistenceError) as error:
            self._file.left = None
            raise from_sqlite(error, self.path) from error

    @property
    def _open(self) -> kept_open.OpenFile:
        if self._is_closed:
            raise NotAllowedError("The ledger was closed.", "Open it again.")
        return self._file

    def _prepare(self, database: sqlite3.Connection, views_needed: bool) -> bool:
        """Makes the tables, or makes sure that they are right. Returns whether the views had been edited."""
        if self._is_as_it_was_left(database):
            return False
        self._file.goes_on = False
        if not begun(database, self.path):
            if not self._draft:
                check_not_lost(self.path)
            schema.create(database)
            return False
        outdated = schema.check(database, self.path).outdated
        for statement in schema.LEDGERS:
            database.execute(statement)
        # where the file cannot be written SQLite begins a transaction that reads; this touches no row, but says so
        database.execute("UPDATE heads SET size = size WHERE FALSE")
        if not views_needed:
            return False
        complete = not outdated and up_to_date(database)
        if complete and are_genuine(database, self.path):
            return False
        from zenml.stores.rebuilding import rebuild  # few changes meet views that are not right

        rebuild(database)
        return complete

    def _is_untouched(self, database: sqlite3.Connection) -> bool:
        """Tells whether nobody else wrote since this program did: then no row needs to be read to know it."""
        return self._is_as_it_was_left(database) or is_noted(database, self.path)

    def _is_as_it_was_left(self, database: sqlite3.Connection) -> bool:
        """Tells whether nobody else wrote since this process did: then nobody needs to look through it again."""
        return self._file.left is not None and self._file.left == (database, data_version(database))

    def rebuild(self, progress: Callable[[int], None] = lambda count: None) -> int:
        """Rebuilds all views from the events and returns the number of events."""
        from zenml.stores.rebuilding import rebuild

        with self.transaction(views_needed=False) as transaction:
            return rebuild(transaction.database, progress)

    def checkpoint(self) -> list[str]:
        """Writes the write-ahead log to the file and empties it; says if somebody who reads still needs it."""
        try:
            is_emptied = self._open.datastore.emptied_log(_PATIENCE)
        except sqlite3.Error as error:
            raise from_sqlite(error, self.path) from error
        return [] if is_emptied else [IN_THE_LOG.format(path=self.path)]

    def close(self) -> None:
        """Gives up the file, which stays open for a moment for those who come next."""
        if not self._is_closed:
            self._is_closed = True
            kept_open.give_back(self._file)


def _make_file(path: str) -> None:
    """Makes an empty file that the owner alone may read, from its first moment on: it names people and paths."""
    folder = os.path.dirname(path)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    except OSError as error:
        # what cannot be entered looks as if nothing were in it
        use = "read" if os.path.isdir(folder) and not os.access(folder, os.R_OK | os.X_OK) else "written"
        raise NotAllowedError(
            f"The configuration folder {folder} cannot be {use}: {error.strerror}.",
            code="folder_not_writable",
        ) from error
