"""The runs of a profile that moves to another place: they go along, and are written in one place at a time.

The order is that of the profile's own ledger (`zenml.stores.shared.moving_store`), around it: the new place has
everything, the old one is closed, the profile moves, and only then is the new one opened. Whoever is interrupted
begins again, and what is done already is recognized.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, NamedTuple

from zenml import paths
from zenml.projections.database import open_still
from zenml.projections.runs.ledgers import RunsLedgerRow, runs_ledgers
from zenml.runs.opening import runs_file
from zenml.stores.copying import committed
from zenml.stores.runs import copy
from zenml.stores.runs.shared import claim_runs, place_of_runs, send_missing
from zenml.stores.runs.stored import end_in
from zenml.stores.shared.moved import ARRIVING, moved_error
from zenml.stores.shared_database.database import SharedDatabase

if TYPE_CHECKING:
    from zenml.stores.shared_database.places import SharedPlace


class RunsMove(NamedTuple):
    """The ledgers of a profile's runs on their way. Everything raises `LedgerError` if a place cannot be used.

    Attributes:
        config_directory: The configuration folder.
        profile_ledger_id: The ledger of the profile.
        left: The shared database that they leave; None if they are in this machine's files.
        new: The shared database that they come to; None if they come to this machine's files.
        moved_to: What the rows that they leave are to say of where they are.
        patience: Seconds to wait for an answer of a database.
    """

    config_directory: str
    profile_ledger_id: str
    left: SharedPlace | None
    new: SharedPlace | None
    moved_to: str
    patience: float

    def prepare(self) -> None:
        """Brings everything to the new place that is not there yet, while others go on recording.

        Raises:
            DamagedLedgerError: What is in one of the places does not go on from what is in the other.
        """
        for ledger in self._ledgers():
            self._fetch(ledger, close=False)
            self._send(ledger, opened=False)

    def leave(self) -> None:
        """Closes the place that they leave, and brings the rest to the new one. Raises as `prepare` does."""
        for ledger in self._ledgers():
            self._fetch(ledger, close=True)
            self._send(ledger, opened=False)

    def stay(self) -> None:
        """Opens the place again that they were to leave: the profile did not move."""
        for ledger in self._ledgers():
            with self._database(self.left, ledger) as database:
                if database is None or database.head(ledger.runs_ledger_id) is None:
                    continue
                with database.locked(ledger.runs_ledger_id) as locked:
                    if locked.head.moved_to == self.moved_to:
                        locked.set_moved_to(None)
                        committed(locked)

    def finish(self) -> None:
        """Lets everybody record in the new place. Raises as `prepare` does."""
        for ledger in self._ledgers():
            self._fetch(ledger, close=True)  # one may have begun meanwhile
            self._send(ledger, opened=True)

    def _ledgers(self) -> list[RunsLedgerRow]:
        with open_still(paths.ledger_file(self.config_directory)) as database:
            return runs_ledgers(database, self.profile_ledger_id)

    def _fetch(self, ledger: RunsLedgerRow, *, close: bool) -> None:
        """Brings to the file what is in the place that is left."""
        file = runs_file(self.config_directory, self.profile_ledger_id, ledger)
        with self._database(self.left, ledger) as database:
            if database is None or database.head(ledger.runs_ledger_id) is None:
                return
            with database.locked(ledger.runs_ledger_id) as locked:
                if locked.head.moved_to not in (None, self.moved_to):
                    raise moved_error(locked.head)
                send_missing(file, locked)
                copy.bring(file, locked.head, locked.events)
                if close and locked.head.moved_to is None:
                    locked.set_moved_to(self.moved_to)
                committed(locked)

    def _send(self, ledger: RunsLedgerRow, *, opened: bool) -> None:
        """Brings to the new place what is in the file."""
        file = runs_file(self.config_directory, self.profile_ledger_id, ledger)
        with self._database(self.new, ledger) as database:
            if database is None or not end_in(file.path).size:
                return  # whoever records the first event makes the ledger
            claim_runs(database, ledger.runs_ledger_id, ARRIVING)
            with database.locked(ledger.runs_ledger_id) as locked:
                send_missing(file, locked)
                where = None if opened else ARRIVING
                if locked.head.moved_to != where:
                    locked.set_moved_to(where)
                committed(locked)

    @contextmanager
    def _database(self, place: SharedPlace | None, ledger: RunsLedgerRow) -> Iterator[SharedDatabase | None]:
        if place is None:
            yield None
            return
        where = place_of_runs(place, self.profile_ledger_id, ledger.year)
        with closing(SharedDatabase(where, patience=self.patience)) as database:
            yield database
