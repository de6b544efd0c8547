"""A shared database: one connection, on which everything is asked and done."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from zenml.domain.errors import AlreadyExistsError, LedgerError, NotAllowedError
from zenml.stores import waiting
from zenml.stores.protocol import SharedHead
from zenml.stores.shared_database import failures, queries, rows, tables
from zenml.stores.shared_database.dialects import DIALECTS, open_session
from zenml.stores.shared_database.locked import LockedShared
from zenml.stores.shared_database.places import SharedPlace
from zenml.stores.shared_database.rows import SharedEvent, SharedKey
from zenml.stores.shared_database.sessions import (
    Answered,
    DatabaseSession,
    DatabaseTrouble,
    Statement,
    Trouble,
)

T = TypeVar("T")

_VERSIONS = 3
"""So many columns come before those of a head."""


class SharedDatabase:
    """The tables of a team's ledgers, on one connection; it is opened on first use, and again after it broke.

    One thread may use it. Everything may raise, beside what is said there:

    * `UnreachableError`: the database cannot be reached, is not there, or does not allow it;
    * `BusyError`, `AgainError`: others are in the way, and nothing was written;
    * `DamagedLedgerError`: what is there cannot be what was written, or is something else;
    * `NewerFormatError`: only a newer version may use the tables.
    """

    def __init__(self, place: SharedPlace, *, patience: float) -> None:
        """Notes where the database is, and opens nothing.

        Args:
            place: The database, and which of its ledgers.
            patience: Seconds for the connection, and for each answer outside of a wait for the lock.
        """
        self.place = place
        self._patience = patience
        self._session: DatabaseSession | None = None
        self._locked = False

    def prepare(self) -> None:
        """Makes the tables if they are not there, and the file of SQLite with its folder; else checks them.

        Raises:
            UnreachableError: Also if the file is a database of another program.
        """
        self._do(lambda session: tables.prepare(session, self.place), create=True)

    def head_of_slot(self, kind: str = "profile") -> SharedHead | None:
        """Returns the head of the ledger that the place names; None if there is none, or no tables and no file."""
        try:
            return self._head(queries.head_of_slot(kind, self.place.slot))
        except LedgerError as error:
            if self.place.kind == "sqlite" and error.code == "database_missing":
                return None
            raise

    def head(self, ledger_id: str) -> SharedHead | None:
        """Returns the head of a ledger; None if it is not there."""
        return self._head(queries.head(ledger_id))

    def claim(
        self,
        kind: str,
        ledger_id: str,
        format: int,
        key_check: bytes | None = None,
        moved_to: str | None = None,
    ) -> SharedHead:
        """Makes the row of the place's ledger, of size 0, unless somebody has; it is kept at once.

        Returns:
            Whichever is there now: others may have been faster, and then it is their ledger.

        Raises:
            AlreadyExistsError: The ledger is in this database under another name.
        """
        columns = "ledger_id, kind, slot, size, frontier, format, key_check, moved_to"
        sql = f"INSERT INTO zenml_ledgers ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        values = (ledger_id, kind, self.place.slot, 0, b"", format, key_check, moved_to)
        there = self.head_of_slot(kind)
        if there is None:
            self._do(lambda session: _insert_once(session, Statement(sql, values)))
            there = self.head_of_slot(kind)
        if there is None:
            raise AlreadyExistsError(
                f"The shared database {self.place.named} has the ledger {ledger_id} under another name."
            )
        return there

    def events(self, ledger_id: str, after: int, limit: int = queries.MOST_ROWS) -> list[SharedEvent]:
        """Returns the events behind a position, in order; fewer than asked for only if there are no more."""
        return queries.events(self._run, self.place.named, ledger_id, after, limit)

    def keys(self, ledger_id: str, key_ids: Collection[str] | None = None) -> list[SharedKey]:
        """Returns the keys of a ledger's secrets, or those of them that are named and there."""
        return queries.keys(self._run, self.place.named, ledger_id, key_ids)

    def position_of(self, ledger_id: str, change_id: str) -> int | None:
        """Returns where a change begins; None if it is not there."""
        return queries.position_of(self._run, self.place.named, ledger_id, change_id)

    def left_over(self) -> list[str]:
        """Returns what may still have what was blanked or removed, a sentence each. Asks nothing."""
        what = DIALECTS[self.place.kind].left_over
        return [f"The shared database {self.place.named} may still have it: {what}."] if what else []

    @contextmanager
    def locked(self, ledger_id: str) -> Iterator[LockedShared]:
        """Locks a ledger; nothing of what is done is kept, unless it is committed. An error passes through.

        Raises:
            BusyError: Others held the lock for `LOCK_TIMEOUT` seconds.
            AgainError: The connection broke while it waited, or others were in the way.
            DamagedLedgerError: The ledger is not there.
        """
        if self._locked:
            raise NotAllowedError(f"The shared database {self.place.named} is already locked here.")
        session, head = self._do(lambda session: (session, self._lock(session, ledger_id)), locking=True)
        locked, self._locked = LockedShared(session, self.place, head), True
        try:
            yield locked
        except Exception:
            self._end(locked, session)
            raise
        except BaseException:  # interrupted: what is read next would be the answer to something else
            locked.is_committed = None
            self._end(locked, session)
            raise
        else:
            self._end(locked, session)

    def close(self) -> None:
        """Gives up the connection. It is opened again when something is asked."""
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _head(self, question: Statement) -> SharedHead | None:
        answered = self._do(lambda session: _answered_if_there(session, question))
        if not answered:
            return None
        (row, *_) = answered
        tables.check_versions(row[:_VERSIONS], self.place, writing=False)
        columns = row[_VERSIONS:]
        return None if all(column is None for column in columns) else rows.head_of(columns, self.place.named)

    def _lock(self, session: DatabaseSession, ledger_id: str) -> SharedHead:
        """Locks a ledger's row, and looks at the versions once it is locked: they change under the lock only."""
        lock = DIALECTS[self.place.kind].for_update
        asked = (queries.head_to_lock(ledger_id, lock), tables.META)
        try:
            heads, versions = session.begin(asked, waiting.LOCK_TIMEOUT)
            if not (heads.rows and versions.rows):
                raise failures.gone(self.place, ledger_id)
            tables.check_versions(versions.rows[0], self.place, writing=True)
            return rows.head_of(heads.rows[0], self.place.named)
        except BaseException:
            self._roll_back(session)
            raise

    def _end(self, locked: LockedShared, session: DatabaseSession) -> None:
        self._locked, locked.is_over = False, True
        if locked.is_committed is None:
            self.close()
        elif not locked.is_committed:
            self._roll_back(session)

    def _roll_back(self, session: DatabaseSession) -> None:
        try:
            session.rollback()
        except DatabaseTrouble:  # then the server does it, when it notices that nobody is there
            self.close()

    def _run(self, statement: Statement) -> Answered:
        return self._do(lambda session: session.run(statement))

    def _do(self, work: Callable[[DatabaseSession], T], *, create: bool = False, locking: bool = False) -> T:
        """Does something that can be done twice; if the connection broke since it was last used, it is.

        Args:
            work: What is done.
            create: Whether an SQLite file is made if it is not there.
            locking: Whether it waits for the lock: what breaks then is to be tried again.
        """
        session, used = self._opened(create=create)
        try:
            return work(session)
        except DatabaseTrouble as error:
            if error.trouble in failures.BROKEN:
                self.close()
                if used and not self._locked and error.trouble is not Trouble.SILENT:
                    return self._do(work, create=create, locking=locking)
            worded = failures.of_locked if locking else failures.in_words
            raise worded(self.place, error) from error
        except LedgerError:
            raise
        except BaseException:  # interrupted: what is read next would be the answer to this
            self.close()
            raise

    def _opened(self, *, create: bool) -> tuple[DatabaseSession, bool]:
        """Returns the connection, and whether it was used before."""
        if self._session is not None:
            if self._locked or self._session.is_current():
                return self._session, True
            self.close()
        try:
            session = open_session(self.place, self._patience, create=create)
        except DatabaseTrouble as error:
            raise failures.in_words(self.place, error) from error
        self._session = session
        try:
            tables.check_unaltered(session, self.place)
        except DatabaseTrouble as error:
            self.close()
            raise failures.in_words(self.place, error) from error
        except BaseException:
            self.close()
            raise
        return session, False


def _insert_once(session: DatabaseSession, statement: Statement) -> None:
    try:
        session.run(statement)
    except DatabaseTrouble as error:
        if error.trouble is not Trouble.TAKEN:
            raise


def _answered_if_there(session: DatabaseSession, question: Statement) -> list[tuple[Any, ...]]:
    """Returns the rows that are answered; none if there are no tables yet."""
    try:
        return session.run(question).rows
    except DatabaseTrouble as error:
        if error.trouble is not Trouble.NO_TABLE:
            raise
        return []
