"""What a page is about, and who looks at it: the seam between ``zenml ui`` and the service."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from zenml.api.looking_back import LookingBack
    from zenml.history.change_details import ChangeDetails
    from zenml.history.changes import ChangeInfo
    from zenml.history.rehearsed_change import RehearsedChange
    from zenml.ledger.change import Change
    from zenml.ledger.verification import Verification

Notify = Callable[[str], None]
"""Called with what happens on the way, a sentence at a time."""


class Viewer(NamedTuple):
    """Who looks at a page.

    Attributes:
        name: Their name, where a token has one; empty for whoever started ``zenml ui``.
        session: What tells their visit from others; secret.
        may_write: Whether they may undo changes.
        proof: What their forms have to hold.
    """

    name: str
    session: str
    may_write: bool
    proof: str


class PageSource(Protocol):
    """The profile that a page shows. Threads use it at the same time."""

    def looking(self, notify: Notify) -> LookingBack:
        """Returns what answers the questions of one request."""
        ...

    def find(self, change: str, notify: Notify) -> ChangeInfo:
        """Returns who made a change and what it did, and none of its details; it is given as for `show`."""
        ...

    def show(self, change: str, notify: Notify) -> ChangeDetails:
        """Returns a change, given by its letters or a label, without rehearsing its undo."""
        ...

    def verify(self, notify: Notify) -> Verification:
        """Reads the whole record again."""
        ...

    def rehearse_undo(
        self, change: str, *, cascade: bool, viewer: Viewer, notify: Notify
    ) -> RehearsedChange | None:
        """Returns what an undo would do; None if nothing, and why is notified. Raises what is in its way."""
        ...

    def undo(
        self, change: str, *, cascade: bool, expect: str, reason: str, viewer: Viewer, notify: Notify
    ) -> Change | None:
        """Undoes a change exactly as it was rehearsed. Raises `OvertakenError` if it would do something else."""
        ...
