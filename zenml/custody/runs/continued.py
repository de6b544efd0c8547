"""Whether ledgers of runs continue from checkpoints of them, as `ContinuedLedgers` says it of all others."""

from __future__ import annotations

from zenml.custody.runs import signed_notes
from zenml.custody.runs.listed import listed_runs
from zenml.domain.errors import DamagedLedgerError, LedgerError
from zenml.evidence.proofs import frontier_at
from zenml.evidence.tile_tree import TileTree
from zenml.evidence.verify import Checkpoint
from zenml.ledger import stored_text
from zenml.projections.database import Database, StorageError, open_still
from zenml.projections.runs import stored


def runs_tree(path: str) -> TileTree:
    """Returns the tree over the events in a file of runs. Raises `LedgerError` if they cannot be read."""
    tree = TileTree()
    try:
        with open_still(path) as database:
            for event in stored.events(database):
                tree.append(stored_text.read(event).leaf)
    except StorageError as error:
        raise DamagedLedgerError(f"The file {path} cannot be read: {error}.", code="altered_ledger") from error
    return tree


class ContinuedRuns:
    """The ledgers of runs, as checkpoints are compared with them. Each is hashed at most once.

    Args:
        database: The ledger's file, in a transaction for reading.
        config_directory: The configuration folder.

    Attributes:
        known: The ledgers of runs of which those of profiles know, whether they are here or not.
    """

    def __init__(self, database: Database, config_directory: str) -> None:
        self._database, self._config_directory = database, config_directory
        self._listed = {listed.ledger_id: listed for listed in listed_runs(database, config_directory)}
        self._trees: dict[str, TileTree | None] = {}
        self.known = frozenset(self._listed)

    def is_put_away(self, ledger_id: str, checkpoint: Checkpoint) -> bool:
        """Tells whether a checkpoint is of runs that were closed later, and whose file is not here any more."""
        listed = self._listed[ledger_id]
        return not listed.is_here and listed.size is not None and checkpoint.size < listed.size

    def is_over(self, ledger_id: str, checkpoint: Checkpoint) -> bool:
        """Tells whether a checkpoint says something that was over when a restored backup was accepted.

        What was signed last before that was set aside, under its signature and with the origin of that time.
        """
        aside = signed_notes.aside(self._config_directory, self._database, ledger_id)
        is_before = any(
            one.origin == checkpoint.origin and end < checkpoint.size <= one.size for end, one in aside
        )
        return is_before and not self._had(ledger_id, checkpoint)

    def contradiction(self, ledger_id: str, checkpoint: Checkpoint) -> str | None:
        """Returns how a checkpoint contradicts its ledger, as a sentence; None if it does not."""
        listed, size = self._listed[ledger_id], checkpoint.size
        if not listed.is_here and listed.size is not None:
            is_end = (size, checkpoint.root.hex()) == (listed.size, listed.root)
            if is_end or self.is_put_away(ledger_id, checkpoint):
                return None
            return f"The runs of {listed.year} were closed with {listed.size:,} events, and not as this says."
        if not listed.is_here:
            return f"The runs of {listed.year}, which had {size:,} events, are gone."
        tree = self._tree(ledger_id)
        if tree is None:
            return f"The runs of {listed.year}, which had {size:,} events, are not here as a whole."
        if self._had(ledger_id, checkpoint) or self.is_over(ledger_id, checkpoint):
            return None
        if size > tree.size:
            return f"The runs of {listed.year} had {size:,} events, and have only {tree.size:,} now."
        return f"The first {size:,} events of the runs of {listed.year} are not those of this checkpoint."

    def _had(self, ledger_id: str, checkpoint: Checkpoint) -> bool:
        tree = self._tree(ledger_id)
        if tree is None or checkpoint.size > tree.size:
            return False
        return frontier_at(checkpoint.size, tree.node).root() == checkpoint.root

    def _tree(self, ledger_id: str) -> TileTree | None:
        """Returns the tree of a ledger; None if its file is not here, or cannot be read."""
        if ledger_id not in self._trees:
            listed = self._listed[ledger_id]
            try:
                self._trees[ledger_id] = runs_tree(listed.path) if listed.is_here else None
            except LedgerError:
                self._trees[ledger_id] = None
        return self._trees[ledger_id]
