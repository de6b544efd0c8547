"""The ledger's file, open between requests: to open it takes several times as long as what is asked of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock

from zenml import paths
from zenml.custody.ledger_file import opened
from zenml.projections.database import (
    Database,
    StorageError,
    begun,
    check_made_by_us,
    connect,
    move_on,
    read_through,
    stand_still,
)
from zenml.projections.errors import from_sqlite

MOST = 4
"""Connections that stay open: each has two files, and may have some pages in memory."""

_File = tuple[int, ...]
"""What tells a file from another one at its place."""


class KeptFile:
    """The ledger's file for those who look, each for one look. Any thread may.

    A look shows what was committed before it, as if the file had been opened for it.

    Args:
        config_directory: The configuration folder.
        prepare: Called with each connection, before anybody looks.
    """

    def __init__(self, config_directory: str, prepare: Callable[[Database], None] = lambda database: None) -> None:
        self.path = paths.ledger_file(config_directory)
        self._config_directory = config_directory
        self._prepare = prepare
        self._free: list[tuple[_File, Database]] = []
        self._turn = Lock()
        self._has_ended = False

    @contextmanager
    def look(self) -> Iterator[Database]:
        """Gives the file as it is at this moment, whatever others write meanwhile.

        Raises:
            NotFoundError: There is none yet.
            DamagedLedgerError: There is none any more, or it is not a ledger that the program alone has made.
        """
        file = self._file()
        database = self._taken(file) if file else None
        if database is None or file is None:
            with opened(self._config_directory) as database:  # says what is wrong
                check_made_by_us(database, self.path)
                self._prepare(database)
                yield database
            return
        try:
            check_made_by_us(database, self.path)
            yield database
            move_on(database)
        except StorageError as error:
            database.close()
            raise from_sqlite(error, self.path) from error
        except BaseException:
            database.close()
            raise
        self._give_back(file, database)

    def close(self) -> None:
        """Closes the file. Looks are possible after it, too; nothing stays open then."""
        with self._turn:
            self._has_ended = True
            while self._free:
                self._free.pop()[1].close()

    def _file(self) -> _File | None:
        """Returns which file it is. A connection shows no other one that took its place.

        Where no files can be made beside it, a connection shows nothing that is written later, either: so a file
        that was written to, or that has a log by now, is another one.
        """
        try:
            status = os.stat(self.path)
        except OSError:
            return None
        has_log = 0
        with suppress(OSError):
            has_log = int(os.stat(f"{self.path}-wal").st_size > 0)
        return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, has_log

    def _taken(self, file: _File) -> Database | None:
        """Returns a connection with which a look has begun; None if the file is not a ledger."""
        with self._turn:
            while self._free:
                known, database = self._free.pop()
                if known == file and _begins(database, self.path):
                    return database
                database.close()
        database = connect(self.path, any_thread=True)
        read_through(database)
        self._prepare(database)
        if _begins(database, self.path):
            return database
        database.close()
        return None

    def _give_back(self, file: _File, database: Database) -> None:
        with self._turn:
            if not self._has_ended and len(self._free) < MOST:
                self._free.append((file, database))
                return
        database.close()


def _begins(database: Database, path: str) -> bool:
    """Begins a look; tells whether there is a ledger."""
    try:
        stand_still(database)
        return begun(database, path)
    except BaseException:
        database.close()
        raise
