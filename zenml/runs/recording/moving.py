"""The runs of a profile that moves to another place: they go along, and are written in one place at a time.

The order is that of the profile's own ledger (`zenml.stores.shared.moving_store`), around it: the new place has
everything, the old one is closed, the profile moves, and only then is the new one opened. Whoever is interrupted
begins again, and what is done already is recognized.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from zenml import paths
from zenml.projections.database import open_still
from zenml.projections.runs.ledgers import runs_ledgers
from zenml.runs.recording.opening import runs_file

if TYPE_CHECKING:
    from zenml.projections.runs.ledgers import RunsLedgerRow
    from zenml.stores.runs.file import RunsFile
    from zenml.stores.runs.moving import RunsJourney


class RunsMove(NamedTuple):
    """The ledgers of a profile's runs on their way. Everything raises `LedgerError` if a place cannot be used.

    Attributes:
        config_directory: The configuration folder.
        journey: From where to where they move.
    """

    config_directory: str
    journey: RunsJourney

    def prepare(self) -> None:
        """Brings everything to the new place that is not there yet, while others go on recording.

        Raises:
            DamagedLedgerError: What is in one of the places does not continue what is in the other.
        """
        self._bring(close=False, opened=False)

    def leave(self) -> None:
        """Closes the place that they leave, and brings the rest to the new one. Raises as `prepare` does."""
        self._bring(close=True, opened=False)

    def stay(self) -> None:
        """Opens the place again that they were to leave: the profile did not move."""
        for file, row in self._files():
            self.journey.reopen(file, row.year)

    def finish(self) -> None:
        """Lets everybody record in the new place. Raises as `prepare` does."""
        self._bring(close=True, opened=True)  # one may have begun meanwhile

    def _bring(self, *, close: bool, opened: bool) -> None:
        for file, row in self._files():
            removed = self.journey.fetch(file, row.year, close=close)
            is_closed = row.size is not None
            self.journey.send(file, row.year, opened=opened, closed=is_closed, removed=removed)

    def _files(self) -> Iterator[tuple[RunsFile, RunsLedgerRow]]:
        """Yields this machine's file of each ledger of runs, and what the profile's ledger says of it."""
        ledger_id = self.journey.profile_ledger_id
        with open_still(paths.ledger_file(self.config_directory)) as database:
            rows = runs_ledgers(database, ledger_id)
        for row in rows:
            yield runs_file(self.config_directory, ledger_id, row), row
