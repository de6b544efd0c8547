"""Compares the ledgers with what anchors kept of them: each root is computed again, whoever vouches for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zenml.anchors.configured import ConfiguredAnchor
from zenml.anchors.opening import open_anchor
from zenml.custody.ledger_tree import LedgerTree, open_tree
from zenml.custody.origins import origin
from zenml.domain.errors import LedgerError
from zenml.evidence.verify import Checkpoint, Malformed, parsed_checkpoint, parsed_note
from zenml.ledger.verification.verdicts import Compared, Problem, Verdict
from zenml.projections.database import Database

_MOST_PROBLEMS = 20  # with the notes of one anchor; more of them say no more


def read_back(
    database: Database, config_directory: str, anchors: Sequence[ConfiguredAnchor]
) -> Iterator[Compared]:
    """Gives, for each anchor that can be read back, whether its notes fit the ledgers.

    Args:
        database: The ledgers, in a transaction for reading.
        config_directory: The configuration folder.
        anchors: The anchors.
    """
    ledgers = _Ledgers(database, config_directory)
    for anchor in anchors:
        if anchor.kind != "command":
            yield Compared(anchor.name, _verdict(anchor, config_directory, ledgers))


def _verdict(anchor: ConfiguredAnchor, config_directory: str, ledgers: _Ledgers) -> Verdict:
    fitting, earlier, problems = 0, 0, list[Problem]()
    try:
        for kept in open_anchor(anchor, config_directory).kept():
            try:
                checkpoint = parsed_checkpoint(parsed_note(kept.note).text)
                wrong = kept.flaw or ledgers.contradiction(kept.ledger_id, checkpoint)
                is_earlier = wrong is None and checkpoint.origin != ledgers.origin(kept.ledger_id)
            except Malformed as error:
                wrong, is_earlier = kept.flaw or f"{error}.", False
            if wrong is not None:
                problems.append(Problem(kept.ledger_id, None, f"{kept.place}: {wrong}"))
                if len(problems) == _MOST_PROBLEMS:
                    break
            elif is_earlier:
                earlier += 1
            else:
                fitting += 1
    except LedgerError as error:
        if not problems:
            return Verdict(error.message.removesuffix("."), compared=False)
    before = f", and {earlier:,} of before a restored backup was accepted" if earlier else ""
    notes = "1 checkpoint" if fitting == 1 else f"{fitting:,} checkpoints"
    text = f"{notes}{before}" if fitting or earlier else "there is no checkpoint yet"
    return Verdict(text, tuple(problems), compared=fitting > 0)


class _Ledgers:
    """The ledgers, each of which is hashed at most once, and what was compared with them already."""

    def __init__(self, database: Database, config_directory: str) -> None:
        self._database, self._config_directory = database, config_directory
        self._trees: dict[str, LedgerTree | None] = {}
        self._origins: dict[str, str] = {}
        self._compared: dict[tuple[str, Checkpoint], str | None] = {}

    def origin(self, ledger_id: str) -> str:
        """Returns the name under which a ledger is signed now."""
        if ledger_id not in self._origins:
            self._origins[ledger_id] = origin(self._config_directory, self._database, ledger_id)
        return self._origins[ledger_id]

    def contradiction(self, ledger_id: str, checkpoint: Checkpoint) -> str | None:
        """Returns how a checkpoint contradicts its ledger, as a sentence; None if it does not, or cannot."""
        if checkpoint.origin != self.origin(ledger_id):
            return None  # since then a ledger was accepted that did not continue this one
        key = ledger_id, checkpoint
        if key not in self._compared:
            self._compared[key] = self._wrong(ledger_id, checkpoint)
        return self._compared[key]

    def _wrong(self, ledger_id: str, checkpoint: Checkpoint) -> str | None:
        tree = self._tree(ledger_id)
        if tree is None:
            return f"The ledger that had {checkpoint.size:,} events is not here as a whole."
        if checkpoint.size > tree.size:
            return f"The ledger had {checkpoint.size:,} events, and has only {tree.size:,} now."
        if tree.frontier(checkpoint.size).root() != checkpoint.root:
            return f"The first {checkpoint.size:,} events are not those of this checkpoint."
        return None

    def _tree(self, ledger_id: str) -> LedgerTree | None:
        if ledger_id not in self._trees:
            try:
                self._trees[ledger_id] = open_tree(self._database, ledger_id)
            except LedgerError:  # which other verdicts say in full
                self._trees[ledger_id] = None
        return self._trees[ledger_id]
