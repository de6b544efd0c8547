"""Whether ledgers continue from checkpoints of them, whoever kept these, and whatever was accepted since."""

from __future__ import annotations

import re

from zenml.custody.evidence_files import UNREADABLE
from zenml.custody.ledger_tree import LedgerTree, open_tree
from zenml.custody.origins import ACCEPTED, era, plain_origin
from zenml.domain.errors import DamagedLedgerError, LedgerError
from zenml.evidence.verify import Checkpoint
from zenml.projections import stored_events, stored_heads
from zenml.projections.database import Database

_LATER_ERA = re.compile("/([1-9][0-9]{0,8})")


class ContinuedLedgers:
    """The ledgers of a file, as checkpoints are compared with them. Each is hashed at most once.

    A checkpoint from before a ledger was accepted binds as far as the accepted history reaches: a backup is the
    beginning of what was signed. Only what it goes beyond that is over. Under any other name than that of the
    ledger it binds as a whole, so that no name makes an exception.

    Args:
        database: The file, in a transaction for reading.
        config_directory: The configuration folder, which says how ledgers are called.
    """

    def __init__(self, database: Database, config_directory: str) -> None:
        self._database, self._config_directory = database, config_directory
        self._trees: dict[str, LedgerTree | LedgerError] = {}
        self._accepted: dict[str, list[int]] = {}
        self._contradictions: dict[tuple[str, Checkpoint], str | None] = {}
        self.here = [head.ledger_id for head in stored_heads.heads(database)]

    def tree(self, ledger_id: str) -> LedgerTree:
        """Returns the tree of a ledger. Raises `LedgerError` if it was altered."""
        if ledger_id not in self._trees:
            try:
                self._trees[ledger_id] = open_tree(self._database, ledger_id)
            except LedgerError as error:
                self._trees[ledger_id] = error
        tree = self._trees[ledger_id]
        if isinstance(tree, LedgerError):
            raise DamagedLedgerError(tree.message, code=tree.code) from tree
        return tree

    def had(self, ledger_id: str, size: int, root: bytes) -> bool:
        """Tells whether a ledger had a root at a size. Raises `LedgerError` if it was altered."""
        tree = self.tree(ledger_id)
        return 0 <= size <= tree.size and tree.frontier(size).root() == root

    def is_over(self, ledger_id: str, checkpoint: Checkpoint) -> bool:
        """Tells whether a checkpoint says something that was over when a restored backup was accepted."""
        accepted, number = self._sizes_accepted(ledger_id), self._era_of(ledger_id, checkpoint)
        ended = accepted[number - 1 :] if number is not None else []
        return bool(ended) and checkpoint.size > min(ended)

    def contradiction(self, ledger_id: str, checkpoint: Checkpoint) -> str | None:
        """Returns how a checkpoint contradicts its ledger, as a sentence; None if it does not."""
        key = ledger_id, checkpoint
        if key not in self._contradictions:
            self._contradictions[key] = self._wrong(ledger_id, checkpoint)
        return self._contradictions[key]

    def _wrong(self, ledger_id: str, checkpoint: Checkpoint) -> str | None:
        size = checkpoint.size
        if ledger_id not in self.here:
            return f"The ledger that had {size:,} events is gone."
        try:
            number, present = self._era_of(ledger_id, checkpoint), era(self._database, ledger_id)
            if number is not None and number > present:
                return f"It was accepted {number - 1:,} times by then, and that is recorded {present - 1:,} times."
            if self.is_over(ledger_id, checkpoint) or self.had(ledger_id, size, checkpoint.root):
                return None
            here = self.tree(ledger_id).size
        except LedgerError as error:  # which other verdicts say in full
            if error.code == UNREADABLE:
                raise
            return f"The ledger that had {size:,} events is not here as a whole."
        if size > here:
            return f"The ledger had {size:,} events, and has only {here:,} now."
        return f"The first {size:,} events are not those of this checkpoint."

    def _era_of(self, ledger_id: str, checkpoint: Checkpoint) -> int | None:
        """Returns the era of a checkpoint by its origin; None for an origin that is not the ledger's."""
        for name in (plain_origin(self._config_directory, ledger_id), f"zenml-ledger/{ledger_id}"):
            if checkpoint.origin == name:
                return 1
            later = _LATER_ERA.fullmatch(checkpoint.origin.removeprefix(name))
            if checkpoint.origin.startswith(name) and later:
                return int(later[1])
        return None

    def _sizes_accepted(self, ledger_id: str) -> list[int]:
        """Returns how many events there were each time that a ledger was accepted: the first ends the first era.

        That is where the change stands that accepted it; its fields could say anything.
        """
        if ledger_id not in self._accepted:
            several = era(self._database, ledger_id) > 1
            rows = stored_events.events(self._database, ledger_id, topics=(ACCEPTED,)) if several else ()
            self._accepted[ledger_id] = [self._size_before(ledger_id, row.position) for row in rows]
        return self._accepted[ledger_id]

    def _size_before(self, ledger_id: str, position: int) -> int:
        for topic in (ACCEPTED, stored_events.BEGAN):
            while (event := stored_events.event(self._database, ledger_id, position)) and event.topic == topic:
                position -= 1
                if topic == stored_events.BEGAN:
                    break
        return position
