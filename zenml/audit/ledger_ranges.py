"""How much of each ledger an export holds, and whether that fits together: checked while the events go by."""

from __future__ import annotations

from typing import Any

from zenml.evidence.merkle import Frontier
from zenml.ledger.stored_text import StoredText
from zenml.ledger.walk import LedgerWalk
from zenml.projections.stored_events import EventRow

_MOST = 20
"""Gaps, and problems, of a ledger that are listed; the first ones say enough."""


class LedgerRange:
    """One ledger. All its events are hashed, whether they are wanted or not: so the roots are computed ones.

    Args:
        ledger: Its id.
        kind: ``machine`` or ``profile``; empty if no head row says so.
        size: The number of events its head row counts.
        root: The root its head row has; empty if the row is damaged.

    Attributes:
        events: The number of wanted events.
        left_out: The number of others.
        gaps: Ranges of positions, both ends included, at which there is no event; none in a sound ledger.
        problems: What else cannot be what was written, as positions and sentences.
        walk: Its events so far, and the tree over them.
        clocks: Beginnings of changes whose time is earlier than that of a change before them, as positions, their
            times and the latest time before.
    """

    def __init__(self, ledger: str, kind: str, size: int, root: str) -> None:
        self.ledger = ledger
        self.kind = kind
        self.walk = LedgerWalk()
        self.events = 0
        self.left_out = 0
        self.gaps: list[tuple[int, int]] = []
        self.problems: list[tuple[int, str]] = []
        self.clocks: list[tuple[int, str, str]] = []
        self._head = (size, root)
        self._known: tuple[int, str] | None = None
        self._latest = ""  # the latest time of a change so far
        self._at = 0  # the highest position
        self._earlier = Frontier()  # the tree before the newest event
        self._first = 0  # the first wanted position, and the last
        self._last = 0
        self._before = ""  # the root before the first one
        self._after = Frontier()  # the tree up to the last one

    def take(self, event: EventRow, text: StoredText) -> None:
        """Takes the next event, and notes what is wrong with it.

        Args:
            event: The event.
            text: What it says.
        """
        if event.position > self._at + 1:
            self._gap(self._at + 1, event.position - 1)
        elif event.position <= self._at:
            self.problem(event.position, "The event is not at the position where it was written.")
        self._at = max(event.position, self._at)
        self._earlier = self.walk.tree
        self.walk.take(event.position, event.topic, text.fields, text.leaf)
        if self.walk.root_fits is False:
            self.problem(event.position, "The root recorded here does not match the events before it.")
        if self._known and self._known[0] == self.walk.tree.size:
            self._check_known(self.walk.tree.root().hex())
        if text.flaw:
            self.problem(event.position, text.flaw)

    def count(self, *, wanted: bool) -> None:
        """Counts the newest event as exported or as left out."""
        if not wanted:
            self.left_out += 1
            return
        if not self._first:
            self._first, self._before = self.walk.last, self._earlier.root().hex()
        self._last, self._after = self.walk.last, self.walk.tree
        self.events += 1

    def expect(self, size: int, root: str) -> None:
        """Says what the root was when the ledger had a size, as an earlier export has it."""
        self._known = (size, root)

    def _check_known(self, root: str) -> None:
        if self._known and self._known[1] != root:
            self.problem(self._known[0], "The events up to here differ from those of the earlier export.")
        self._known = None

    def time(self, position: int, time: str) -> None:
        """Takes the time of the beginning of a change."""
        if time < self._latest and len(self.clocks) < _MOST:
            self.clocks.append((position, time, self._latest))
        self._latest = max(time, self._latest)

    def problem(self, position: int, sentence: str) -> None:
        """Notes what is wrong with an event."""
        if len(self.problems) < _MOST:
            self.problems.append((position, sentence))

    def finish(self) -> None:
        """Compares what went by with the head row."""
        if self._known and self._known[0]:
            self._check_known("")  # it is not that long any more
        size, root = self._head
        if size > self._at:
            self._gap(self._at + 1, size)
        elif (size, root) != (self.walk.tree.size, self.walk.tree.root().hex()) and not self.gaps:
            self.problem(self._at, "The head of the ledger does not match its events.")

    @property
    def sound(self) -> bool:
        """Whether its events are what was written, as far as its own roots can tell."""
        return not self.gaps and not self.problems

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return {
            "ledger": self.ledger,
            "kind": self.kind or None,
            "first": self._first or None,
            "last": self._last or None,
            "events": self.events,
            "left_out": self.left_out,
            "root_before": self._before or None,
            "root_after": self._after.root().hex() if self._first else None,
            "size": self.walk.tree.size,
            "root": self.walk.tree.root().hex(),
            "gaps": [list(gap) for gap in self.gaps],
            "clocks": [
                {"position": position, "time": time, "later_than": latest}
                for position, time, latest in self.clocks
            ],
            "problems": [{"position": position, "message": sentence} for position, sentence in self.problems],
        }

    def _gap(self, first: int, last: int) -> None:
        if len(self.gaps) < _MOST:
            self.gaps.append((first, last))
