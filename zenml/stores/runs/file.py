"""The file of a ledger of runs: events, head and views, in SQLite."""

from __future__ import annotations

import os
from contextlib import closing, contextmanager

from zenml.domain.errors import LedgerError, NotAllowedError
from zenml.evidence.merkle import Frontier
from zenml.projections.database import check_made_by_us, harden
from zenml.projections.runs import tables
from zenml.stores import waiting
from zenml.stores.runs.locked import LockedRuns, altered

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence
    from typing import Protocol

    from zenml.domain.run_events import RunEvent
    from zenml.projections.database import Database
    from zenml.stores.runs.store import MakeRedactionEvent, Result, Values

    class Watch(Protocol):
        """What is asked before anything is appended, and told after it."""

        def check(self, head: Frontier) -> None:
            """Raises `DamagedLedgerError` if the ledger must not go on from where it ends."""
            ...

        def remember(self, head: Frontier) -> None:
            """Remembers where the ledger ends."""
            ...
else:
    import _sqlite3 as sqlite3  # as `zenml.projections.database`

PAGE_SIZE = 16 * 1024
"""Bytes of a page of a new file: two runs leave a quarter of a usual one empty, nine next to nothing of this."""

_PATIENCE = 5
"""Seconds to wait for those who read, before the log is left as it is."""

_IN_THE_LOG = "Somebody still reads {path}, so its log has what was blanked: redact again when they are done."


class RunsFile:
    """A ledger of runs on this machine; the file is made on first use.

    Args:
        path: The file.
        ledger_id: The ledger.
        watch: Asked and told whenever the ledger goes on; nobody if None.
    """

    def __init__(self, path: str, ledger_id: str, watch: Watch | None = None) -> None:
        self.path = path
        self.ledger_id = ledger_id
        self._watch = watch

    def append(self, events: Sequence[RunEvent]) -> None:
        """Records events, all or none, and waits until they are on the disk.

        Raises:
            BusyError: Others held the lock for too long.
            DamagedLedgerError: The file is not what was written.
            NotAllowedError: It cannot be written, or an event is too long.
        """
        with self.locked() as locked:
            for event in events:
                locked.append(event)

    def redact(self, values: Values, make_event: MakeRedactionEvent) -> list[str]:
        """Blanks values, and records which; see `RunsStore.redact`."""
        from zenml.stores.runs.redacting import redact  # whoever runs something blanks nothing

        with self.locked() as locked:
            redact(locked.database, locked.append, values, make_event)
        return self.left_in_log()

    def close_year(
        self, check: Callable[[Database, Frontier], None], record: Callable[[Frontier], Result]
    ) -> Result:
        """Has nothing recorded any more, and then records where the ledger ends; see `RunsStore.close_year`.

        The file is closed first, and is never opened again: two files have no common commit.
        """
        from zenml.stores.runs.stored import end_in  # whoever runs something closes nothing

        try:
            with self.locked() as locked:
                check(locked.database, locked.head)
                locked.close()
        except NotAllowedError as error:
            if error.code != "runs_file_closed":
                raise
        return record(end_in(self.path))

    def mark_closed(self) -> None:
        """Has nothing appended any more to what is closed and comes from elsewhere. Raises as `append`."""
        try:
            with self.locked(arriving=True) as locked:
                locked.close()
        except NotAllowedError as error:
            if error.code != "runs_file_closed":
                raise

    def delete(self, size: int) -> None:
        """Deletes the file, and what SQLite keeps beside it; see `RunsStore.delete`."""
        from zenml.stores.runs.deleting import delete_file  # whoever runs something deletes nothing

        if os.path.exists(self.path) and not self.emptied_log():
            raise NotAllowedError(
                f"Somebody still reads {self.path}, and it is not deleted.", "Try again when they are done."
            )
        delete_file(self.path)

    @contextmanager
    def locked(self, *, arriving: bool = False) -> Iterator[LockedRuns]:
        """Holds the lock of the file; commits at the end, rolls back after an error. Raises as `append`.

        Args:
            arriving: Whether what is missing here is brought from elsewhere now: then it may well be missing.
        """
        try:
            with closing(self._opened()) as database:
                database.execute("BEGIN IMMEDIATE")
                try:
                    locked = LockedRuns(database, self.path, self.ledger_id)
                    if not arriving:
                        self.check_seen(locked.head)
                    yield locked
                    locked.finish()
                    database.execute("COMMIT")
                    if self._watch is not None:
                        self._watch.remember(locked.head)
                except BaseException:
                    if database.in_transaction:
                        database.execute("ROLLBACK")
                    raise
        except sqlite3.Error as error:
            raise _of_sqlite(error, self.path) from error

    def rebuild(self) -> None:
        """Makes the views again, of a closed ledger, too; the events and the head stay as they are.

        Raises as `append`.
        """
        try:
            with closing(self._opened()) as database:
                database.execute("BEGIN IMMEDIATE")
                tables.make_again(database)
                database.execute("COMMIT")
        except sqlite3.Error as error:
            raise _of_sqlite(error, self.path) from error
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise altered(f"The file {self.path} has runs that were altered.") from error

    def emptied_log(self) -> bool:
        """Writes the log to the file and empties it; returns whether nobody who reads was in the way."""
        try:
            with closing(self._opened()) as database:
                database.execute(f"PRAGMA busy_timeout = {_PATIENCE * 1000}")
                busy, *_ = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error as error:
            raise _of_sqlite(error, self.path) from error
        return not busy

    def left_in_log(self) -> list[str]:
        """Takes what was blanked out of the log; returns what is in the way, as a sentence."""
        return [] if self.emptied_log() else [_IN_THE_LOG.format(path=self.path)]

    def check_seen(self, head: Frontier) -> None:
        """Makes sure that the ledger has what was seen of it before. Raises `DamagedLedgerError`."""
        if self._watch is not None:
            self._watch.check(head)

    def catch_up(self) -> None:
        """Does nothing: nobody else records what is in this file."""

    def close(self) -> None:
        """Does nothing: the file is open only while it is used."""

    def _opened(self) -> sqlite3.Connection:
        if not os.path.exists(self.path):
            make_file(self.path)
        database = sqlite3.connect(self.path, timeout=waiting.LOCK_TIMEOUT, isolation_level=None)
        try:
            harden(database)
            check_made_by_us(database, self.path)
            database.execute(f"PRAGMA page_size = {PAGE_SIZE}")
            database.execute("PRAGMA journal_mode = WAL")
            for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
                database.execute(f"PRAGMA {pragma}")
        except BaseException:
            database.close()
            raise
        return database


def make_file(path: str) -> None:
    """Makes an empty file that its owner alone may read, and its folder.

    Raises:
        NotAllowedError: It cannot be made.
    """
    folder = os.path.dirname(path)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    except OSError as error:
        raise NotAllowedError(
            f"The folder {folder} cannot be written: {error.strerror}.", code="folder_not_writable"
        ) from error


def _of_sqlite(error: sqlite3.Error, path: str) -> LedgerError:
    from zenml.projections.errors import from_sqlite  # here: most of the time nothing is wrong

    return from_sqlite(error, path)
