"""One ledger of runs, position by position: what its events say of each other, and its head of them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from zenml.domain.run_events import RUN_TOPICS, RunStarted, RunValuesRedacted
from zenml.evidence.merkle import Frontier
from zenml.ledger import stored_text
from zenml.ledger.verification.blanks import Blanks
from zenml.ledger.verification.payload import RUNS, examine
from zenml.ledger.verification.verdicts import Problem
from zenml.projections.stored_events import EventRow
from zenml.projections.stored_heads import HeadRow

_WITH_A_ROOT = (RunStarted.TOPIC, RunValuesRedacted.TOPIC)

PointProblem = Callable[[int, str], str]
"""Returns what is wrong with a position of the profile's ledger and its recorded root; empty for nothing."""


class RunsCheck:
    """Takes the events of a ledger of runs in the order of their positions.

    As in any ledger, an altered event whose text is sound shows in the roots that later events recorded: whatever
    lies before a root that fits is what it was then.

    Args:
        ledger_id: The ledger, as the profile's own ledger names it.
        profile_ledger_id: The ledger of the profile whose runs these are.
        head: What its head row says; None if there is none.
        point_problem: Says what is wrong with the point of the profile's ledger that a run names.
        sizes: The sizes at which somebody wants to know the root.

    Attributes:
        problems: What is wrong, in the order in which it was found.
        roots: The root at each of these sizes, as 64 hex digits, as far as the ledger gets there.
        tree: The tree over the events so far.
    """

    def __init__(
        self,
        ledger_id: str,
        profile_ledger_id: str,
        head: HeadRow | None,
        point_problem: PointProblem,
        sizes: Collection[int] = (),
    ) -> None:
        self.problems: list[Problem] = []
        self.roots: dict[int, str] = {}
        self.tree = Frontier()
        self._ledger_id = ledger_id
        self._profile_ledger_id = profile_ledger_id
        self._head = head
        self._point_problem = point_problem
        self._sizes = frozenset(sizes)
        self._last = 0
        self._vouched = 0  # the events up to here are what they were when a later root was recorded
        self._doubted: int | None = None  # the first position with a root that is not the one computed
        self._bad: int | None = None  # the first position after the vouched ones that is bad by itself
        self._blanks = Blanks()
        self._note_root()

    def add(self, event: EventRow) -> dict[str, Any] | None:
        """Takes the next event; returns its fields, if they can be relied on."""
        if event.ledger_id != self._ledger_id:
            self._report(event.position, f"The event is of another ledger, {event.ledger_id}.")
            return None
        if event.position != self._last + 1:
            self._report(self._last + 1, _missing(self._last + 1, event.position - 1))
        found = examine(event, RUNS, stored_text.sound(event, RUN_TOPICS))
        if found.problem:
            self._report(event.position, found.problem)
        self._blanks.note(event.position, found.blanks)
        if found.fields is not None and event.topic in _WITH_A_ROOT:
            self._compare_root(event.position, found.fields["prior_root"])
        if found.fields is not None and event.topic == RunStarted.TOPIC:
            self._check_point(event.position, found.fields)
        if found.fields is not None and event.topic == RunValuesRedacted.TOPIC:
            for sentence in self._blanks.named(event.position, found.fields["values"]):
                self._report(event.position, sentence)
        self.tree = self.tree.appended(found.leaf)
        self._last = event.position
        self._note_root()
        return found.fields

    def finish(self) -> None:
        """Compares what was read with the head."""
        if self._head is None:
            self._report(None, "The file has not exactly one head row.")
        elif (self._head.ledger_id, self._head.kind) != (self._ledger_id, RUNS):
            self._report(None, f"The file has the runs of another ledger, {self._head.ledger_id}.")
        elif self._head.size > self._last:
            missing = _missing(self._last + 1, self._head.size)
            self._report(self._last + 1, f"{missing[:-1]}: the head row counts {self._head.size} events.")
        elif self._head.size < self._last:
            beyond = f"The head row counts {self._head.size} events, and there are {self._last}."
            self._report(self._head.size + 1, beyond)
        self._check_end()
        for position, pointer in self._blanks.unexplained():
            self._report(position, f"The value at {pointer} was blanked, but no event says so.")

    def _check_point(self, position: int, fields: dict[str, Any]) -> None:
        if fields["profile_ledger_id"] != self._profile_ledger_id:
            self._report(
                position, f"The run is of another profile, whose ledger is {fields['profile_ledger_id']}."
            )
            return
        problem = self._point_problem(fields["position"], fields["root"])
        if problem:
            self._report(position, problem)

    def _compare_root(self, position: int, prior_root: str) -> None:
        if prior_root == self.tree.root().hex():
            self._vouch(position)
        elif self._doubted is None:
            self._doubted = position

    def _vouch(self, position: int) -> None:
        if self._doubted is not None:
            self._report(self._doubted, "The root recorded here does not match the events before it.")
        self._vouched, self._doubted, self._bad = position - 1, None, None

    def _check_end(self) -> None:
        """Compares the tree with the head, and says what the roots that did not fit must mean."""
        if self._head and (self._head.size, self._head.frontier) == (self.tree.size, self.tree.to_bytes()):
            self._vouch(self._last + 1)
        elif self._doubted is not None:
            if self._bad is None or self._bad >= self._doubted:
                self._altered(self._doubted, "")
        elif self._head and self._head.size == self._last and self._bad is None:
            self._altered(self._last, ", or the head row,")

    def _altered(self, last: int, more: str) -> None:
        first = self._vouched + 1
        where = f"The event at position {first}" if last <= first else f"An event at positions {first} to {last}"
        self._report(first, f"{where}{more} was altered: the roots do not match.")

    def _report(self, position: int | None, sentence: str) -> None:
        self.problems.append(Problem(self._ledger_id, position, sentence))
        self._bad = self._bad or position

    def _note_root(self) -> None:
        if self.tree.size in self._sizes:
            self.roots[self.tree.size] = self.tree.root().hex()


def _missing(first: int, last: int) -> str:
    return f"Position {first} is missing." if first >= last else f"Positions {first} to {last} are missing."
