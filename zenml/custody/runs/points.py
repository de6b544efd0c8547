"""The points of profiles' ledgers that runs name: a position, and the root over the events up to it."""

from __future__ import annotations

import orjson

from zenml import paths
from zenml.custody.continued_checkpoints import ContinuedLedgers
from zenml.custody.ledger_tree import LedgerTree, open_tree
from zenml.custody.origins import ACCEPTED
from zenml.domain.errors import LedgerError
from zenml.evidence.verify import Ranges
from zenml.projections import stored_events
from zenml.projections.database import Database, open_still


class ProfilePoints:
    """Says of each point whether the ledger had that root there.

    Args:
        database: The ledger's file, in a transaction for reading.
        continued: Its ledgers, each of which is hashed at most once.
        config_directory: The configuration folder.
    """

    def __init__(self, database: Database, continued: ContinuedLedgers, config_directory: str) -> None:
        self._database = database
        self._continued = continued
        self._config_directory = config_directory
        self._said: dict[tuple[str, int, str], str] = {}
        self._newer: dict[str, LedgerTree] = {}
        self._given_up: dict[str, Ranges] = {}

    def problem(self, ledger_id: str, position: int, root: str) -> str:
        """Returns what is wrong with a point, as a sentence; empty if nothing is.

        A point beyond a backup that was restored and accepted is not wrong: it is gone. A ledger that was altered
        is for others to report.
        """
        point = ledger_id, position, root
        if point not in self._said:
            try:
                self._said[point] = self._problem(*point)
            except LedgerError:
                self._said[point] = ""
        return self._said[point]

    def _problem(self, ledger_id: str, position: int, root: str) -> str:
        if ledger_id not in self._continued.here:
            return f"The run names position {position} of the ledger {ledger_id}, which is not here."
        tree = self._continued.tree(ledger_id)
        if position > tree.size:
            tree = self._as_it_is_now(ledger_id)
        if 0 <= position <= tree.size and tree.frontier(position).root().hex() == root:
            return ""
        if position in self._accepted(ledger_id):
            return ""
        if position > tree.size:
            return f"The run names position {position} of its profile's ledger, which has only {tree.size} events."
        return f"The run names position {position} of its profile's ledger with another root than the ledger had."

    def _as_it_is_now(self, ledger_id: str) -> LedgerTree:
        """Returns the tree of a ledger that may have gone on since the look at it began."""
        if ledger_id not in self._newer:
            with open_still(paths.ledger_file(self._config_directory)) as database:
                self._newer[ledger_id] = open_tree(database, ledger_id)
        return self._newer[ledger_id]

    def _accepted(self, ledger_id: str) -> Ranges:
        """Returns the positions that were given up when the ledger was accepted."""
        if ledger_id not in self._given_up:
            rows = stored_events.events(self._database, ledger_id, topics=(ACCEPTED,))
            given_up = Ranges()
            for fields in [orjson.loads(row.text) for row in rows]:
                given_up.add(int(fields["size"]) + 1, int(fields["seen_size"]))
            self._given_up[ledger_id] = given_up
        return self._given_up[ledger_id]
