"""A ledger of runs on its way: out of a shared database to this machine's file, and from there to another one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, NamedTuple

from zenml.stores.copying import committed
from zenml.stores.runs import copy
from zenml.stores.runs.sending import claim_runs, place_of_runs, send_missing
from zenml.stores.runs.stored import end_in
from zenml.stores.shared.moved import ARRIVING, CLOSED, REMOVED, moved_error
from zenml.stores.shared_database.database import SharedDatabase

if TYPE_CHECKING:
    from zenml.stores.runs.file import RunsFile
    from zenml.stores.shared_database.locked import LockedShared
    from zenml.stores.shared_database.places import SharedPlace


class RunsJourney(NamedTuple):
    """Where the runs of a profile come from, and where they go. Raises `LedgerError` if a place cannot be used.

    Attributes:
        profile_ledger_id: The ledger of the profile.
        left: The shared database that they leave; None if they are in this machine's files.
        new: The shared database that they come to; None if they come to this machine's files.
        moved_to: What the rows that they leave are to say of where they are.
        patience: Seconds to wait for an answer of a database.
    """

    profile_ledger_id: str
    left: SharedPlace | None
    new: SharedPlace | None
    moved_to: str
    patience: float

    def fetch(self, file: RunsFile, year: int, *, close: bool) -> bool:
        """Brings to the file what is in the place that is left.

        Args:
            file: The file.
            year: The year of its runs.
            close: Whether nobody is to record anything there from then on.

        Returns:
            Whether they were deleted there, once they were closed: then nothing comes.

        Raises:
            DamagedLedgerError: What is there, and what is here, do not continue each other.
        """
        with self._left(file, year) as locked:
            if locked is None:
                return False
            if locked.head.moved_to == REMOVED:
                return True
            if locked.head.moved_to not in (None, CLOSED, self.moved_to):
                raise moved_error(locked.head)
            send_missing(file, locked)
            copy.bring(file, locked.head, locked.events)
            if close and locked.head.moved_to is None:
                locked.set_moved_to(self.moved_to)
            committed(locked)
        return False

    def reopen(self, file: RunsFile, year: int) -> None:
        """Lets everybody record again in the place that was to be left."""
        with self._left(file, year) as locked:
            if locked is not None and locked.head.moved_to == self.moved_to:
                locked.set_moved_to(None)
                committed(locked)

    def send(self, file: RunsFile, year: int, *, opened: bool, closed: bool, removed: bool) -> None:
        """Brings to the new place what is in the file.

        Args:
            file: The file.
            year: The year of its runs.
            opened: Whether everybody may record there from then on.
            closed: Whether the year is closed: then nobody does.
            removed: Whether its runs were deleted in the place that is left.

        Raises:
            DamagedLedgerError: What is there is not the beginning of what is here.
        """
        is_here = end_in(file.path).size > 0
        if self.new is None:
            if closed and is_here:
                file.mark_closed()
            return
        if not (is_here or closed):
            return  # whoever records the first event makes the ledger
        removed = closed and (removed or not is_here)
        with closing(self._database(self.new, year)) as database:
            claim_runs(database, file.ledger_id, ARRIVING)
            with database.locked(file.ledger_id) as locked:
                if removed or locked.head.moved_to == REMOVED:
                    locked.remove_events()
                    where: str | None = REMOVED
                else:
                    send_missing(file, locked)
                    where = CLOSED if closed else None if opened else ARRIVING
                if locked.head.moved_to != where:
                    locked.set_moved_to(where)
                committed(locked)

    @contextmanager
    def _left(self, file: RunsFile, year: int) -> Iterator[LockedShared | None]:
        """Locks the ledger in the place that is left; gives None if it is not in a database, or not there."""
        if self.left is None:
            yield None
            return
        with closing(self._database(self.left, year)) as database:
            if database.head(file.ledger_id) is None:
                yield None
                return
            with database.locked(file.ledger_id) as locked:
                yield locked

    def _database(self, place: SharedPlace, year: int) -> SharedDatabase:
        return SharedDatabase(place_of_runs(place, self.profile_ledger_id, year), patience=self.patience)
