"""A point in the past."""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.projections.timeline.history import ChangeRow


class Point(namedtuple("Point", "number change meant")):
    """A point in the past: everything up to one change, and nothing after it.

    Attributes:
        number: The change's place among all changes this machine knows.
        change: The change.
        meant: The time that was asked for, as events have it; None if a change was.
    """

    __slots__ = ()
    number: int
    change: ChangeRow
    meant: str | None
