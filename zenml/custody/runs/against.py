"""Ledgers of runs, and files of them that were put away, compared with what is said or recorded of them."""

from __future__ import annotations

import os

from zenml.custody.continued_checkpoints import ContinuedLedgers
from zenml.custody.origins import split_era
from zenml.custody.runs.checked_file import checked_file
from zenml.custody.runs.listed import ListedRuns, listed_runs
from zenml.custody.runs.points import ProfilePoints
from zenml.domain.errors import LedgerError
from zenml.evidence.merkle import Frontier
from zenml.ledger import stored_text
from zenml.ledger.verification import Compared, Problem, Verdict
from zenml.projections.database import Database, StorageError, open_still
from zenml.projections.runs import stored


class RunsComparison:
    """Compares ledgers of runs with claims about them.

    Args:
        database: The ledger's file, in a transaction for reading.
        continued: Its ledgers, each of which is hashed at most once.
        config_directory: The configuration folder.
    """

    def __init__(self, database: Database, continued: ContinuedLedgers, config_directory: str) -> None:
        self._points = ProfilePoints(database, continued, config_directory)
        self._listed = listed_runs(database, config_directory)
        self._leaves: dict[str, list[bytes]] = {}

    def called(self, name: str) -> list[ListedRuns]:
        """Returns the ledgers of runs that an id or an origin names, as far as they are here."""
        plain = split_era(name)[0].removeprefix("zenml-ledger/")
        return [listed for listed in self.here() if listed.ledger_id == plain]

    def here(self) -> list[ListedRuns]:
        """Returns the ledgers of runs that are here."""
        return [listed for listed in self._listed if listed.is_here]

    def size_with(self, listed: ListedRuns, size: int | None, root: bytes) -> int | None:
        """Returns the size at which a ledger of runs had a root; None if it never had.

        Args:
            listed: The ledger.
            size: The only size that is meant; None for any.
            root: The root, of 32 bytes.
        """
        frontier = Frontier()
        for number, leaf in enumerate(self._read(listed), start=1):
            frontier = frontier.appended(leaf)
            if size in (None, number) and frontier.root() == root:
                return number
        return 0 if size == 0 and Frontier().root() == root else None

    def archived(self, path: str) -> Compared:
        """Compares a file of runs that was put away with the ledger that it has, and where that was closed."""
        listed = self._of_file(path)
        if listed is None:
            problem = Problem(None, None, "It is not a file of runs that a profile's ledger here knows of.")
            return Compared(path, Verdict("", (problem,)))
        sizes = [listed.size] if listed.size is not None else []
        found = checked_file(listed._replace(path=path), self._points, sizes, lambda: None)
        problems = [*found.problems, *found.false_views]
        if listed.size is None:
            text = f"{found.events:,} events of the runs of {listed.year}, which are not closed"
            return Compared(path, Verdict(text, tuple(problems)))
        if (found.tree.size, found.roots.get(listed.size)) != (listed.size, listed.root):
            sentence = (
                f"It is not what the runs of {listed.year} were when they were closed with {listed.size} events."
            )
            problems.append(Problem(listed.ledger_id, None, sentence))
        text = f"all {listed.size:,} events of the runs of {listed.year}, as they were when they were closed"
        return Compared(path, Verdict(text, tuple(problems)))

    def _of_file(self, path: str) -> ListedRuns | None:
        """Returns the ledger that a file says it has; None if it is no such file."""
        try:
            if not os.path.isfile(path):
                return None
            with open_still(path) as database:
                head = stored.head(database)
        except (LedgerError, StorageError):
            return None
        if head is None:
            return None
        return next((listed for listed in self._listed if listed.ledger_id == head.ledger_id), None)

    def _read(self, listed: ListedRuns) -> list[bytes]:
        """Returns the hashes of the events of a ledger, as far as they can be read."""
        if listed.ledger_id not in self._leaves:
            leaves = self._leaves[listed.ledger_id] = []
            try:
                with open_still(listed.path) as database:
                    leaves += [stored_text.read(event).leaf for event in stored.events(database)]
            except (LedgerError, StorageError):
                pass  # the verdict about runs says what is wrong with it
        return self._leaves[listed.ledger_id]
