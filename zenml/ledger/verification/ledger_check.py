"""One ledger, position by position: what its events say of each other, and what its head says of them."""

from __future__ import annotations

from zenml.domain.change_ids import letters
from zenml.domain.events import ValueRedacted
from zenml.ledger.stored_text import StoredText
from zenml.ledger.verification.blanks import Blanks
from zenml.ledger.verification.payload import examine
from zenml.ledger.verification.verdicts import Problem
from zenml.ledger.walk import BegunChange, LedgerWalk
from zenml.projections.stored_events import BEGAN, EventRow
from zenml.projections.stored_heads import HeadRow


class LedgerCheck:
    """Takes the events of one ledger in the order of their positions.

    An altered event whose text is sound shows only in the roots that later changes recorded. So the
    check keeps up to where a root vouched for the events; from the first root on that does not fit, it
    waits whether a later one fits again. If one does, the event with the root that did not fit was
    written wrong; if none does, one of the events before it was altered.

    Attributes:
        content: Problems with what the events say.
        order: Problems with where they stand.
        walk: The events so far, and the tree over them.
        ledger_id: The ledger.
        not_understood: The number of events whose form only a newer version knows, which wrote to the ledger.
    """

    def __init__(self, ledger_id: str, head: HeadRow | None, *, newer: bool = False) -> None:
        self.content: list[Problem] = []
        self.order: list[Problem] = []
        self.walk = LedgerWalk()
        self.ledger_id = ledger_id
        self.not_understood = 0
        self._newer = newer
        self._head = head
        self._newest = EventRow(ledger_id, 0, "", b"", 0)  # the event in the last row so far
        self._late = 0  # the last position that was found to be stored too late
        self._vouched = 0  # the events up to here are what they were when a later change was recorded
        self._doubted: int | None = None  # the first position with a root that is not the one computed
        self._blanks = Blanks()
        self._bad: int | None = None  # the first position after the vouched ones that is bad by itself

    def add(self, event: EventRow, sound: StoredText | None) -> None:
        """Takes the next event, and what `stored_text.sound` says of it."""
        self._check_place(event)
        examination = examine(event, self._head.kind if self._head else "", sound)
        if examination.misfit and self._newer:
            self.not_understood += 1
            examination = examination._replace(problem="")
        if examination.problem:
            self._report(event.position, examination.problem)
        self._blanks.note(event.position, examination.blanks)
        if event.topic == ValueRedacted.TOPIC and examination.fields is not None:
            for sentence in self._blanks.named(event.position, examination.fields["values"]):
                self._report(event.position, sentence)
        if event.topic == BEGAN:
            self._close()
        self.walk.take(event.position, event.topic, examination.fields, examination.leaf)
        change = self.walk.change
        if change is None:
            return  # its beginning cannot be relied on, which was reported there
        if event.topic == BEGAN:
            self._begin(change)
        elif self.walk.place == change.announced + 1 and not examination.problem:
            before = f": change {_name(change)} before it has {change.announced}" if change.fields else ""
            self._report(event.position, f"The event does not belong to a change{before}.")

    def finish(self) -> None:
        """Compares what was read with the head."""
        self._close()
        if self._head is None:
            self._misplaced(None, "The ledger has no head row.")
        elif self._head.size > self.walk.last:
            missing = _positions(self.walk.last + 1, self._head.size)
            counted = f"{missing} missing: the head row counts {self._head.size} events."
            self._misplaced(self.walk.last + 1, counted)
        elif self._head.size < self.walk.last:
            beyond = f"The head row counts {self._head.size} events, and there are {self.walk.last}."
            self._misplaced(self._head.size + 1, beyond)
        self._check_end()
        for position, pointer in self._blanks.unexplained():
            self._report(position, f"The value at {pointer} was blanked, but no event says so.")

    def _check_place(self, event: EventRow) -> None:
        expected = self.walk.last + 1
        if event.position > expected:
            self._misplaced(expected, f"{_positions(expected, event.position - 1)} missing.")
        elif event.position < expected:
            self._misplaced(event.position, "This position is not valid: positions begin with 1.")
        if event.rowid > self._newest.rowid:
            self._newest = event
        elif self._newest.position != self._late:
            self._late = self._newest.position
            self._misplaced(self._late, f"The event is stored after the one at position {event.position}.")

    def _begin(self, change: BegunChange) -> None:
        parts = change.fields["parts"]
        planned = sum(part["count"] for part in parts if part["ledger_id"] == self.ledger_id)
        if planned != change.announced:
            other = f"The change {_name(change)} announces {change.announced} events, but a part of {planned}."
            self._report(change.position, other)
        if self.walk.root_fits:
            self._vouch(change.position)
        elif self._doubted is None:
            self._doubted = change.position

    def _close(self) -> None:
        change = self.walk.change
        if change is not None and self.walk.missing:
            there = f"of its {change.announced} events {self.walk.place} are there"
            self._report(change.position, f"The change {_name(change)} is cut short: {there}.")

    def _vouch(self, position: int) -> None:
        if self._doubted is not None:
            self._report(self._doubted, "The root recorded here does not match the events before it.")
        self._vouched, self._doubted, self._bad = position - 1, None, None

    def _check_end(self) -> None:
        """Compares the tree with the head, and says what the roots that did not fit must mean."""
        tree = self.walk.tree
        if self._head and (self._head.size, self._head.frontier) == (tree.size, tree.to_bytes()):
            self._vouch(self.walk.last + 1)
        elif self._doubted is not None:
            if self._bad is None or self._bad >= self._doubted:
                self._altered(self._doubted, "")
        elif self._head and self._head.size == self.walk.last and self._bad is None:
            self._altered(self.walk.last, ", or the head row,")

    def _altered(self, last: int, more: str) -> None:
        first = self._vouched + 1
        where = f"The event at position {first}" if last <= first else f"An event at positions {first} to {last}"
        self._report(first, f"{where}{more} was altered: the roots do not match.")

    def _report(self, position: int, message: str) -> None:
        self.content.append(Problem(self.ledger_id, position, message))
        self._bad = self._bad or position

    def _misplaced(self, position: int | None, message: str) -> None:
        self.order.append(Problem(self.ledger_id, position, message))


def _name(change: BegunChange) -> str:
    return letters(change.fields["change_id"])[:8]


def _positions(first: int, last: int) -> str:
    return f"Position {first} is" if first == last else f"Positions {first} to {last} are"
