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

from zenml.domain.errors import AgainError, CommitUnknownError, DamagedLedgerError, LedgerError
from zenml.evidence.merkle import Frontier
from zenml.projections.database import open_still
from zenml.projections.versions import FORMAT
from zenml.stores import protocol
from zenml.stores.blanking import blank_places, by_position
from zenml.stores.runs import copy, redacting
from zenml.stores.runs.file import KIND
from zenml.stores.runs.stored import end_in
from zenml.stores.shared.moved import check_open
from zenml.stores.shared_database import failures
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.rows import SharedEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from zenml.domain.run_events import RunEvent
    from zenml.stores.protocol import SharedHead
    from zenml.stores.runs.file import LockedRuns, RunsFile
    from zenml.stores.runs.store import Said, Values
    from zenml.stores.shared_database.locked import LockedShared
    from zenml.stores.shared_database.places import SharedPlace

_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
"""Seconds before the second attempt at the most; then twice as many each time."""


def place_of_runs(place: SharedPlace, profile_ledger_id: str, year: int) -> SharedPlace:
    """Returns where the runs of a year are, in the database of a profile."""
    return place._replace(slot=f"{profile_ledger_id}/{year}")


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

        self._do(work)

    def redact(self, values: Values, said: Said) -> list[str]:
        """Blanks values in the database and in the file, and records which; see `RunsStore.redact`.

        Raises:
            NotAllowedError: The database does not let this user remove what is recorded.
        """
        self._do(lambda file: redacting.redact(file.database, file.append, values, said))
        with closing(SharedDatabase(self._place, patience=self._patience)) as database:
            return [*self._file.left_in_log(), *database.left_over()]

    def _do(self, work: Callable[[LockedRuns], Values]) -> None:
        """Does something in the database and in the file, as long as nobody knows whether it is done.

        Args:
            work: Appends to the file, and returns the values that it blanked there.
        """
        pause, until, unknown = _PAUSE, time.monotonic() + protocol.LOCK_TIMEOUT, None
        while True:
            try:
                return self._done(work)
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
            if head is not None and head.size >= end_in(self.path).size:
                copy.bring(self._file, head, partial(database.events, self.ledger_id))

    def close(self) -> None:
        """Does nothing: there is no connection between two questions."""

    def _done(self, work: Callable[[LockedRuns], Values]) -> None:
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


def claim_runs(database: SharedDatabase, ledger_id: str, moved_to: str | None) -> SharedHead:
    """Makes the row of a ledger of runs, unless somebody has; returns the head that is there now.

    Args:
        database: The database, for the place of the ledger.
        ledger_id: The ledger.
        moved_to: Where the row is to say that the ledger is, if it is made now; None for here.

    Raises:
        DamagedLedgerError: There is another ledger in its place.
    """
    head = database.claim(KIND, ledger_id, FORMAT, moved_to=moved_to)
    if head.ledger_id != ledger_id:
        raise DamagedLedgerError(
            f"The shared database {database.place.named} has other runs in the place of the ledger '{ledger_id}'.",
            code="altered_shared_database",
        )
    return head


def send_missing(file: RunsFile, locked: LockedShared) -> None:
    """Stores in a database what is in the file and not there, to be committed: it moved, or was restored.

    Raises:
        DamagedLedgerError: What is there is not the beginning of what is here.
    """
    end, head = end_in(file.path), locked.head
    if head.size >= end.size:
        return
    copy.check_goes_on(file, head)
    tree = Frontier.from_bytes(head.size, head.frontier)
    for batch in copy.stored_batches(file.path, head.size, end.size):
        tree = copy.extended(file.ledger_id, tree, batch)
        locked.append(batch, [], [], tree.size, tree.to_bytes())
        _blank_sent(file, locked, batch)
    if tree != end:
        raise copy.replaced(file.ledger_id)


def _store(locked: LockedShared, appended: Sequence[tuple[int, str, bytes]], end: Frontier) -> None:
    events = [SharedEvent(*one) for one in appended]
    locked.append(events, [], [], end.size, end.to_bytes())


def _blank_sent(file: RunsFile, locked: LockedShared, sent: Sequence[SharedEvent]) -> None:
    """Blanks in a database what events that are sent there say was redacted, as far as it is blank in the file.

    An earlier move, or a backup that was restored, may have left there what was blanked since.
    """
    places = redacting.named_in(sent)
    if not places:
        return
    with open_still(file.path) as database:
        texts = redacting.texts_at(database, places)
    blank = {position: blank_places(text, places[position]) for position, text in texts.items()}
    locked.blank(texts, {position: pointers for position, pointers in blank.items() if pointers})


def _blank(locked: LockedShared, file: LockedRuns, places: Mapping[int, Sequence[str]]) -> None:
    """Blanks in a database what was just blanked in the file."""
    if places:
        locked.blank(redacting.texts_at(file.database, places), places)
