"""How much of each ledger an export holds, and whether that fits together: found out while the events go by."""

from __future__ import annotations

from typing import Any

from zenml.evidence.merkle import Frontier

_MOST = 20
"""Gaps, and problems, of a ledger that are told; a file that has more is no better known for it."""


class Extent:
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
        clocks: Beginnings of changes whose time is earlier than that of a change before them, as positions, their
            times and the latest time before.
    """

    def __init__(self, ledger: str, kind: str, size: int, root: str) -> None:
        self.ledger = ledger
        self.kind = kind
        self.events = 0
        self.left_out = 0
        self.gaps: list[tuple[int, int]] = []
        self.problems: list[tuple[int, str]] = []
        self.clocks: list[tuple[int, str, str]] = []
        self._head = (size, root)
        self._known: tuple[int, str] | None = None
        self._latest = ""  # the latest time of a change so far
        self._frontier = Frontier()
        self._at = 0  # the last position
        self._first = 0  # the first wanted position, and the last
        self._last = 0
        self._before = ""  # the root before the first one
        self._after = Frontier()  # the tree up to the last one

    def add(self, position: int, leaf: bytes, prior_root: str | None, *, wanted: bool) -> None:
        """Takes the next event.

        Args:
            position: Where it stands.
            leaf: Its hash.
            prior_root: The root it recorded, if it is the beginning of a change.
            wanted: Whether it is exported.
        """
        if position > self._at + 1:
            self._gap(self._at + 1, position - 1)
        elif position <= self._at:
            self.problem(position, "The event is not at the position where it was written.")
        if prior_root is not None and prior_root != self._frontier.root().hex():
            self.problem(position, "The root recorded here does not match the events before it.")
        if wanted and not self._first:
            self._first, self._before = position, self._frontier.root().hex()
        self._frontier = self._frontier.appended(leaf)
        self._at = max(position, self._at)
        if self._known and self._known[0] == self._frontier.size:
            self._check_known(self._frontier.root().hex())
        if wanted:
            self.events += 1
            self._last, self._after = position, self._frontier
        else:
            self.left_out += 1

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
        elif (size, root) != (self._frontier.size, self._frontier.root().hex()) and not self.gaps:
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
            "size": self._frontier.size,
            "root": self._frontier.root().hex(),
            "gaps": [list(gap) for gap in self.gaps],
            "clocks": [
                {"position": position, "time": time, "later_than": latest}
                for position, time, latest in self.clocks
            ],
            "problems": [{"position": position, "message": told} for position, told in self.problems],
        }

    def _gap(self, first: int, last: int) -> None:
        if len(self.gaps) < _MOST:
            self.gaps.append((first, last))
