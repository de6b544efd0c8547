"""The events of a ledger one after the other: the tree over them, and the change that each is part of."""

from __future__ import annotations

from typing import Any, NamedTuple

from zenml.evidence.merkle import Frontier
from zenml.projections.stored_events import BEGAN


class BegunChange(NamedTuple):
    """A change of which the beginning was read.

    Attributes:
        position: Where it begins.
        announced: The number of events that it says follow; 0 if it does not say.
        fields: What its beginning says.
    """

    position: int
    announced: int
    fields: dict[str, Any]


class LedgerWalk:
    """Takes the events of one ledger, and says of the newest one what it is part of.

    Whether the positions are as they should be is for the caller to say: who reads by position meets other
    disorder than who reads row by row.

    Attributes:
        tree: The tree over the events so far.
        last: The position of the newest event; 0 before the first one.
        change: The change that began last; one of no events before the first, None if its beginning is unreadable.
        place: How many events came since its beginning: 0 for the beginning itself.
        root_fits: Whether the newest event recorded the root of the tree before it; None if it recorded none.
    """

    def __init__(self) -> None:
        self.tree = Frontier()
        self.last = 0
        self.change: BegunChange | None = BegunChange(0, 0, {})
        self.place = 0
        self.root_fits: bool | None = None
        self._is_unbroken = True  # each event since the beginning is at the position after the one before

    def take(self, position: int, topic: str, fields: dict[str, Any] | None, leaf: bytes) -> None:
        """Takes the next event.

        Args:
            position: Its position.
            topic: Its topic.
            fields: Its fields; None if they cannot be read, or are not to be relied on.
            leaf: Its hash, of 32 bytes.
        """
        if topic == BEGAN:
            self._begin(position, fields)
        else:
            self.place += 1
            self.root_fits = None
            self._is_unbroken = self._is_unbroken and position == self.last + 1
        self.tree = self.tree.appended(leaf)
        self.last = position

    def _begin(self, position: int, fields: dict[str, Any] | None) -> None:
        self.change, self.place, self.root_fits, self._is_unbroken = None, 0, None, True
        if fields is not None:
            count, prior_root = fields.get("count"), fields.get("prior_root")
            self.change = BegunChange(position, count if isinstance(count, int) else 0, fields)
            if prior_root is not None:
                self.root_fits = prior_root == self.tree.root().hex()

    @property
    def belongs(self) -> bool:
        """Whether the newest event is one of those that the change announced, with none missing before it."""
        return self._is_unbroken and self.change is not None and self.place <= self.change.announced

    @property
    def missing(self) -> int:
        """How many events the change announced that did not come yet."""
        return max(0, self.change.announced - self.place) if self.change else 0
