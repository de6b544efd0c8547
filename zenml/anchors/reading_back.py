"""Compares the ledgers with what anchors kept of them: each root is computed again, whoever vouches for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from zenml.anchors.anchor import KeptNote
from zenml.anchors.configured import ConfiguredAnchor
from zenml.anchors.opening import open_anchor
from zenml.custody.checkpoints import noted_ledgers
from zenml.custody.continued_checkpoints import ContinuedLedgers
from zenml.custody.runs.continued import ContinuedRuns
from zenml.domain.errors import LedgerError
from zenml.domain.visible import visible
from zenml.evidence.verify import Checkpoint, Malformed, parsed_checkpoint, parsed_note
from zenml.ledger.verification.verdicts import Compared, Problem, Verdict
from zenml.projections.database import Database

_MOST_PROBLEMS = 20  # with the notes of one anchor; more of them say no more
_COUNTED = {
    "over": "{:,} of before a restored backup was accepted",
    "put away": "{:,} of closed runs that are not here",
    "elsewhere": "{:,} of ledgers that were never here",
}


def read_back(
    database: Database, config_directory: str, anchors: Sequence[ConfiguredAnchor]
) -> Iterator[Compared]:
    """Gives, for each anchor that can be read back, whether its notes fit the ledgers.

    What an anchor was handed last has to be there: whoever rewrites a ledger would rather have it gone.

    Args:
        database: The ledgers, in a transaction for reading.
        config_directory: The configuration folder.
        anchors: The anchors.
    """
    ledgers, runs = ContinuedLedgers(database, config_directory), ContinuedRuns(database, config_directory)
    known = {*ledgers.here, *runs.known, *noted_ledgers(config_directory)}.union(
        *(anchor.last for anchor in anchors)
    )
    for configured in anchors:
        try:
            anchor = open_anchor(configured, config_directory)
            if anchor.can_be_read_back:
                yield Compared(configured.name, _Reading(configured, ledgers, runs, known).verdict(anchor.kept()))
        except LedgerError as error:
            yield Compared(configured.name, Verdict("", (Problem(None, None, error.message),)))


class _Reading:
    """What is read back of one anchor."""

    def __init__(
        self, configured: ConfiguredAnchor, ledgers: ContinuedLedgers, runs: ContinuedRuns, known: set[str]
    ) -> None:
        self._ledgers, self._runs, self._known = ledgers, runs, known
        self._missing = dict(configured.last)
        self._counts = Counter[str]()
        self._problems: list[Problem] = []

    def verdict(self, kept: Iterator[KeptNote]) -> Verdict:
        """Reads all, and returns what that gives."""
        unread = None
        try:
            for note in kept:
                self._read(note)
                if len(self._problems) == _MOST_PROBLEMS:
                    break
            else:
                self._problems += [_lost(*missing) for missing in self._missing.items()]
        except (LedgerError, OSError, ValueError) as error:
            unread = visible(error.message if isinstance(error, LedgerError) else str(error))
            if self._missing:  # what was handed over has to be there
                self._problems.append(Problem(None, None, unread))
        if unread is not None and not self._problems:
            return Verdict(unread.removesuffix("."), compared=False)
        fitting = self._counts.pop("fitting", 0)
        notes = "1 checkpoint" if fitting == 1 else f"{fitting:,} checkpoints"
        counted = [
            notes,
            *(words.format(self._counts[what]) for what, words in _COUNTED.items() if self._counts[what]),
        ]
        text = ", and ".join(counted) if fitting or self._counts else "there is no checkpoint yet"
        return Verdict(text, tuple(self._problems[:_MOST_PROBLEMS]), compared=fitting > 0)

    def _read(self, kept: KeptNote) -> None:
        wrong, what = kept.flaw, "fitting"
        try:
            checkpoint = parsed_checkpoint(parsed_note(kept.note).text)
            if self._missing.get(kept.ledger_id) == checkpoint:
                del self._missing[kept.ledger_id]
            if wrong is None and kept.ledger_id not in self._known:
                what = "elsewhere"
            elif wrong is None and kept.ledger_id in self._runs.known:
                wrong = self._runs.contradiction(kept.ledger_id, checkpoint)
                is_away = self._runs.is_put_away(kept.ledger_id, checkpoint)
                what = "put away" if is_away else self._what(self._runs, kept.ledger_id, checkpoint)
            elif wrong is None:
                wrong = self._ledgers.contradiction(kept.ledger_id, checkpoint)
                what = self._what(self._ledgers, kept.ledger_id, checkpoint)
        except Malformed as error:
            wrong = wrong or f"{error}."
        if wrong is None:
            self._counts[what] += 1
        else:
            self._problems.append(Problem(visible(kept.ledger_id), None, f"{kept.place}: {wrong}"))

    def _what(self, ledgers: ContinuedLedgers | ContinuedRuns, ledger_id: str, checkpoint: Checkpoint) -> str:
        return "over" if ledgers.is_over(ledger_id, checkpoint) else "fitting"


def _lost(ledger_id: str, last: Checkpoint) -> Problem:
    return Problem(ledger_id, None, f"The checkpoint of {last.size:,} events that was handed over is not there.")
