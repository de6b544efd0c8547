"""Signing where ledgers of runs end, as `zenml.custody.checkpoints` signs where all others do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from zenml.custody.checkpoints import EndedLedger, SignedCheckpoint, damaged, not_extended, sign_end
from zenml.custody.continued_checkpoints import ContinuedLedgers
from zenml.custody.runs import signed_notes
from zenml.custody.runs.checked_file import checked_file
from zenml.custody.runs.points import ProfilePoints

if TYPE_CHECKING:
    from zenml.custody.runs.listed import ListedRuns
    from zenml.projections.database import Database

Progress = Callable[[int, int], None]
_OFTEN = 1000  # events between two reports of progress


class RunsSigner:
    """Signs where ledgers of runs end; within `checkpoints.locked`.

    Args:
        database: The ledger's file, in a transaction for reading that began within the lock.
        config_directory: The configuration folder.
        progress: Called now and then with the number of events hashed, twice: how many there are is not known.
    """

    def __init__(self, database: Database, config_directory: str, progress: Progress) -> None:
        self._database = database
        self._config_directory = config_directory
        self._points = ProfilePoints(database, ContinuedLedgers(database, config_directory), config_directory)
        self._done = count(1)
        self._progress = progress

    def signed(self, listed: ListedRuns, profile: str | None, still: Database | None = None) -> SignedCheckpoint:
        """Signs where a ledger of runs ends, after reading all of it.

        Args:
            listed: The ledger, whose file is here.
            profile: The name of the profile.
            still: The file, in a transaction for reading; None for as it is now.

        Raises:
            DamagedLedgerError: It is not what was recorded, or does not go on from what was signed last.
            NotAllowedError: There is no usable key, or the note cannot be kept.
        """
        before = signed_notes.signed_here(self._config_directory, self._database, listed.ledger_id)
        found = checked_file(listed, self._points, [before.size] if before else [], self._tick, still)
        if found.problems:
            raise damaged(listed.ledger_id, found.problems[0].message)
        if before is not None and found.roots.get(before.size) != before.root.hex():
            raise not_extended(listed.ledger_id, before.size)
        name = signed_notes.origin_of(self._config_directory, listed.ledger_id)
        end = EndedLedger(listed.ledger_id, profile, name, found.tree.size, found.tree.root(), listed.year)
        is_same = before is not None and before.size == end.size
        note = signed_notes.newest(self._config_directory, listed.ledger_id) if is_same else None
        keep = partial(signed_notes.keep, self._config_directory, listed.ledger_id)
        return sign_end(self._database, self._config_directory, end, note, keep)

    def _tick(self) -> None:
        number = next(self._done)
        if number % _OFTEN == 0:
            self._progress(number, number)
