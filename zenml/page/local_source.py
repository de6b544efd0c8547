"""What ``zenml ui`` shows: the active profile of whoever started it, in the folder where they did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zenml.domain.errors import NotFoundError
from zenml.history.change_details import find_info
from zenml.page.source import Notify, Viewer
from zenml.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

    from zenml.api.looking_back import LookingBack
    from zenml.history.change_details import ChangeDetails
    from zenml.history.changes import ChangeInfo
    from zenml.history.rehearsed_change import RehearsedChange
    from zenml.ledger.change import Change
    from zenml.ledger.verification import Verification


class LocalSource:
    """The active profile of this user, as long as it is the one that it was in the beginning.

    Args:
        root: The repository that one is in; None outside of any.
        command: The words that started the page, which its undos are recorded with.
    """

    def __init__(self, root: Path | None, command: Sequence[str]) -> None:
        self._root = root
        self._command = command
        with Repository(root, notify=lambda sentence: None).reading() as snapshot:
            self._ledger_id = snapshot.ledger_id

    def looking(self, notify: Notify) -> LookingBack:
        """Returns what answers one request. Raises `NotFoundError` if the ledger is not here any more."""
        repository = Repository(self._root, notify=notify)
        with repository.reading() as snapshot:
            if snapshot.active.profile is None or snapshot.ledger_id != self._ledger_id:
                raise NotFoundError("What this page was started for is not here any more; start it again.")
            for sentence in snapshot.newer:
                notify(sentence)
        return repository

    def find(self, change: str, notify: Notify) -> ChangeInfo:
        """Returns who made a change and what it did, and none of its details; it is given as for `show`."""
        return Repository(self._root, notify=notify).ask(lambda snapshot: find_info(snapshot, change))

    def show(self, change: str, notify: Notify) -> ChangeDetails:
        """Returns a change, given by its letters or a label, without rehearsing its undo."""
        return Repository(self._root, notify=notify).show(change, rehearse=False)

    def verify(self, notify: Notify) -> Verification:
        """Reads the whole record again."""
        return Repository(self._root, notify=notify).verify()

    def rehearse_undo(
        self, change: str, *, cascade: bool, viewer: Viewer, notify: Notify
    ) -> RehearsedChange | None:
        """Returns what an undo would do; None if nothing, and why is notified. Raises what is in its way."""
        reason = "to see what it would do"
        rehearsal = Repository(self._root, notify=notify, reason=reason, dry_run=True)
        tried = rehearsal.undo(change, cascade=cascade, any_actor=True)
        return rehearsal.rehearsed(tried) if tried is not None else None

    def undo(
        self, change: str, *, cascade: bool, expect: str, reason: str, viewer: Viewer, notify: Notify
    ) -> Change | None:
        """Undoes a change exactly as it was rehearsed. Raises `OvertakenError` if it would do something else."""
        repository = Repository(self._root, notify=notify, reason=reason, command=self._command)
        return repository.undo(change, cascade=cascade, any_actor=True, expect=expect)
