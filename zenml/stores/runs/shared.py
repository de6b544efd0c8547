"""A ledger of runs in a database that machines share, and whole in this machine's file too.

The database is the truth, and the row of the ledger's head in it is the lock, as for the profile's own ledger
(`zenml.stores.shared.store`). It is one of kind ``runs`` there, whose slot is the profile's ledger and the year.
"""

from __future__ import annotations

import random
import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from zenml.domain.errors import AgainError, CommitUnknownError, LedgerError
from zenml.evidence.merkle import Frontier
from zenml.stores import waiting
from zenml.stores.blanking import by_position
from zenml.stores.runs import copy, redacting
from zenml.stores.runs.sending import claim_runs, place_of_runs, send_missing
from zenml.stores.runs.stored import end_in
from zenml.stores.shared.moved import CLOSED, REMOVED, check_open, moved_error
from zenml.stores.shared_database import failures
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.rows import SharedEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from zenml.domain.run_events import RunEvent
    from zenml.projections.database import Database
    from zenml.stores.runs.file import RunsFile
    from zenml.stores.runs.locked import LockedRuns
    from zenml.stores.runs.store import MakeRedactionEvent, Result, Values
    from zenml.stores.shared_database.locked import LockedShared
    from zenml.stores.shared_database.places import SharedPlace

_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
"""Seconds before the second attempt at the most; then twice as many each time."""


class SharedRuns:
    """A ledger of runs in a database. A connection lasts as long as it is needed: runs may take days.

    Args:
        file: This machine's file.
        place: The database.
        profile_ledger_id: The ledger of the profile, which is in the same database.
        year: The year of the runs.
        patience: Seconds to wait for an answer of the database.
    """

    def __init__(
        self, file: RunsFile, place: SharedPlace, profile_ledger_id: str, year: int, patience: float
    ) -> None:
        self.path = file.path
        self.ledger_id = file.ledger_id
        self._file = file
        self._place = place_of_runs(place, profile_ledger_id, year)
        self._profile_ledger_id = profile_ledger_id
        self._patience = patience

    def append(self, events: Sequence[RunEvent]) -> None:
        """Records events in the database and in the file, all or none; those that are there are left out.

        If the connection breaks at the commit, it is done again: the row is locked then only after the lost
        session has ended, and what that recorded is not recorded twice.

        Raises:
            CommitUnknownError: The connection broke at the commit, and nobody answers who could say.
            LedgerError: Nothing is recorded.
        """

        def work(file: LockedRuns) -> Values:
            for event in events:
                file.append(event)
            return ()

        self._until_known(lambda: self._done(work))

    def redact(self, values: Values, make_event: MakeRedactionEvent) -> list[str]:
        """Blanks values in the database and in the file, and records which; see `RunsStore.redact`.

        Raises:
            NotAllowedError: The database does not let this user remove what is recorded.
        """
        self._until_known(
            lambda: self._done(lambda file: redacting.redact(file.database, file.append, values, make_event))
        )
        with closing(SharedDatabase(self._place, patience=self._patience)) as database:
            return [*self._file.left_in_log(), *database.left_over()]

    def close_year(
        self, check: Callable[[Database, Frontier], None], record: Callable[[Frontier], Result]
    ) -> Result:
        """Has the database take nothing any more, and then has it recorded; see `RunsStore.close_year`.

        Two ledgers have no common commit. The row of the runs is closed first, and is never opened again: so what
        is recorded of it stays true, whoever is killed in between and whoever closes it at the same time.
        """
        return record(self._until_known(lambda: self._closed(check)))

    def delete(self, size: int) -> None:
        """Deletes the events in the database, and the file; see `RunsStore.delete`.

        The row stays, so that nobody takes the ledger for one that has not begun. Copies of others stay, too.

        Raises:
            NotAllowedError: The database does not let this user remove what is recorded.
        """
        self._until_known(lambda: self._removed(size))
        self._file.delete(size)

    def _until_known(self, work: Callable[[], Result]) -> Result:
        """Does something that can be done twice, until it is known whether it is done; returns what it returns."""
        pause, until, unknown = _PAUSE, time.monotonic() + waiting.LOCK_TIMEOUT, None
        while True:
            try:
                return work()
            except CommitUnknownError as error:
                unknown = error
                is_over = time.monotonic() > until
            except AgainError as error:
                is_over = time.monotonic() > until
                if is_over and unknown is None:
                    raise error
            except LedgerError:
                if unknown is None:
                    raise
                raise unknown from None
            if is_over:
                assert unknown is not None
                raise unknown
            time.sleep(random.uniform(0, pause))
            pause = min(_LONGEST_PAUSE, 2 * pause)

    def catch_up(self) -> None:
        """Brings to the file what others recorded. Raises `LedgerError`."""
        with closing(SharedDatabase(self._place, patience=self._patience)) as database:
            head = database.head(self.ledger_id)
            is_there = head is not None and head.moved_to != REMOVED
            if head is not None and is_there and head.size >= end_in(self.path).size:
                copy.bring(self._file, head, partial(database.events, self.ledger_id))

    def close(self) -> None:
        """Does nothing: there is no connection between two questions."""

    def _closed(self, check: Callable[[Database, Frontier], None]) -> Frontier:
        """Closes the row of the ledger, unless it is closed; returns where it ends, as the file does then."""
        with closing(SharedDatabase(self._place, patience=self._patience)) as database:
            head = database.head(self.ledger_id)
            if head is None or head.moved_to != CLOSED:
                self._prepare(database)
                with database.locked(self.ledger_id) as locked:
                    check_open(locked.head)
                    with copy.in_step(self._file, locked.head, locked.events) as file:
                        check(file.database, file.head)
                        locked.set_moved_to(CLOSED)
                        locked.commit()
                        head = locked.head
            copy.bring(self._file, head, partial(database.events, self.ledger_id))
        end = end_in(self.path)
        if (end.size, end.to_bytes()) != (head.size, head.frontier):
            raise copy.replaced(self.ledger_id)
        return end

    def _removed(self, size: int) -> None:
        """Deletes the events in the database, unless they are."""
        with closing(SharedDatabase(self._place, patience=self._patience)) as database:
            if database.head(self.ledger_id) is None:
                return
            with database.locked(self.ledger_id) as locked:
                if locked.head.moved_to == REMOVED:
                    return
                if locked.head.moved_to not in (None, CLOSED):  # a backup that was restored has it open again
                    raise moved_error(locked.head)
                if locked.head.size > size:
                    raise copy.replaced(self.ledger_id)
                locked.remove_events()
                locked.set_moved_to(REMOVED)
                locked.commit()

    def _done(self, work: Callable[[LockedRuns], Values]) -> None:
        """Does something in the database and in the file.

        Args:
            work: Appends to the file, and returns the values that it blanked there.
        """
        with closing(SharedDatabase(self._place, patience=self._patience)) as database:
            self._prepare(database)
            is_recorded = False
            try:
                with database.locked(self.ledger_id) as locked:
                    check_open(locked.head)
                    with copy.in_step(self._file, locked.head, locked.events) as file:
                        blanked = work(file)
                        if file.appended:
                            _store(locked, file.appended, file.head)
                            _blank(locked, file, by_position(blanked))
                            locked.commit()
                        is_recorded = True
            except CommitUnknownError:
                raise
            except LedgerError as error:
                if is_recorded:
                    what = "The run is in the shared database, but not on this machine yet"
                    raise CommitUnknownError(f"{what}. {error.message}", error.hint) from error
                raise

    def _prepare(self, database: SharedDatabase) -> None:
        """Makes the ledger where it is not there, and brings both to the same events; nothing is locked."""
        profile = database.head(self._profile_ledger_id)  # whoever moves it closes its row before those of runs
        if profile is None:
            raise failures.gone(self._place, self._profile_ledger_id)
        check_open(profile)
        head = database.head(self.ledger_id) or claim_runs(database, self.ledger_id, None)
        check_open(head)
        if head.size < end_in(self.path).size:
            with database.locked(self.ledger_id) as locked:
                check_open(locked.head)
                send_missing(self._file, locked)
                if locked.head.size > head.size:
                    locked.commit()
        else:
            copy.bring(self._file, head, partial(database.events, self.ledger_id))


def _store(locked: LockedShared, appended: Sequence[tuple[int, str, bytes]], end: Frontier) -> None:
    events = [SharedEvent(*one) for one in appended]
    locked.append(events, [], [], end.size, end.to_bytes())


def _blank(locked: LockedShared, file: LockedRuns, places: Mapping[int, Sequence[str]]) -> None:
    """Blanks in a database what was just blanked in the file."""
    if places:
        locked.blank(redacting.texts_at(file.database, places), places)
