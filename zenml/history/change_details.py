"""One change in full: what it changed, what depends on it, and its evidence."""

from __future__ import annotations

import json
from collections import namedtuple
from contextlib import contextmanager

from zenml.domain.errors import ChangeNotFoundError, DamagedLedgerError
from zenml.domain.suggestions import did_you_mean
from zenml.history.changes import ChangeInfo, infos
from zenml.projections import labels, stored_events
from zenml.projections.timeline import history
from zenml.projections.timeline.dependents import dependents
from zenml.projections.timeline.differences import Difference, difference
from zenml.projections.timeline.history import ChangeRow
from zenml.projections.timeline.parts import parts_elsewhere
from zenml.snapshot.points import named_point

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from typing import Any

    from zenml.history.undo_preview import UndoPreview
    from zenml.projections.stored_events import EventRow
    from zenml.snapshot.further_infos import ApprovalInfo
    from zenml.snapshot.snapshot import Snapshot


_FOLLOWERS = 20
"""Later changes that are named at the most."""


class Leaf(namedtuple("Leaf", "position topic hash")):
    """An event of a change as the evidence has it; ``hash`` is its leaf's SHA-256 in hex."""

    __slots__ = ()
    position: int
    topic: str
    hash: str


class ChangePart(namedtuple("ChangePart", "ledger_id first last leaves")):
    """Where in a ledger the events of a change are, from the first position to the last."""

    __slots__ = ()
    ledger_id: str
    first: int
    last: int
    leaves: list[Leaf]

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        leaves = [leaf._asdict() for leaf in self.leaves]
        return {"ledger": self.ledger_id, "first": self.first, "last": self.last, "leaves": leaves}


class ChangeDetails(
    namedtuple(
        "ChangeDetails",
        "info differences dependents evidence undo elsewhere approvals runs",
        defaults=(None, (), (), None),
    )
):
    """All there is to know of a change.

    Attributes:
        info: The change.
        differences: What it changed, before and after.
        dependents: The later changes in effect about the same things, the newest twenty of them, newest first.
        evidence: Where its events are, and what they hash to.
        undo: What an undo of it would meet now; None if nobody looked.
        elsewhere: The ledgers in which it has a part that the machine it was made on keeps.
        approvals: Who approved the plan that it carried out.
        runs: How many runs used what it wrote; None if nobody looked, or could.
    """

    __slots__ = ()
    info: ChangeInfo
    differences: list[Difference]
    dependents: list[ChangeInfo]
    evidence: list[ChangePart]
    undo: UndoPreview | None
    elsewhere: tuple[str, ...]
    approvals: tuple[ApprovalInfo, ...]
    runs: int | None

    @property
    def place(self) -> str:
        """The machine it was made on, in words."""
        from zenml.ledger.reach import host_named

        return host_named(self.info.host)

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it: the keys of the change, then the others."""
        return {
            **self.info.document(),
            "differences": [entry.document() for entry in self.differences],
            "followers": [info.document() for info in self.dependents],
            "evidence": [part.document() for part in self.evidence],
            "undo": self.undo._asdict() if self.undo else None,
            "approved_by": [approval.document() for approval in self.approvals],
            "runs": self.runs,
            **({"elsewhere": {"host": self.info.host, "ledgers": list(self.elsewhere)}} if self.elsewhere else {}),
        }


def details(snapshot: Snapshot, prefix: str | None = None, remembered: Collection[str] = ()) -> ChangeDetails:
    """Returns all there is to know of a change, given by its letters or a label; of the newest one here for none.

    Args:
        snapshot: What is looked at.
        prefix: The change.
        remembered: The ledgers that were seen on this machine.

    Raises:
        ChangeNotFoundError: No change, or more than one, begins with these letters.
        DamagedLedgerError: One of its events is not of the form of an event, or is missing.
    """
    row = _newest(snapshot) if prefix is None else _named(snapshot, prefix)
    (info,) = infos(snapshot, [row])
    stored = _stored(snapshot, row)
    with _altered_unless_readable(info.change):
        differences = difference(snapshot.connection, _in_order(stored))
        evidence = [_evidence(part) for part in sorted(stored, key=_first_in(stored))]
        away = parts_elsewhere(
            snapshot.connection, _ledgers(stored), {part.ledger_id for part in evidence}, remembered
        )
    later = dependents(snapshot.connection, row, _FOLLOWERS)
    approvals = tuple(snapshot.approvals_of(row))
    return ChangeDetails(
        info, differences, list(infos(snapshot, later)), evidence, elsewhere=tuple(away), approvals=approvals
    )


def find_info(snapshot: Snapshot, name: str) -> ChangeInfo:
    """Returns who made a change and what it did, given by its letters or a label.

    Raises:
        ChangeNotFoundError: No change, or more than one, begins with these letters.
    """
    (info,) = infos(snapshot, [_named(snapshot, name)])
    return info


def differences_of(snapshot: Snapshot, changes: Iterable[str]) -> dict[str, list[Difference]]:
    """Returns what changes, given by their ids, made different.

    Raises:
        ChangeNotFoundError: There is no change with one of these ids.
        DamagedLedgerError: An event is not of the form of an event, or is missing.
    """
    differences = {}
    for change_id in changes:
        row = snapshot.change(change_id)
        with _altered_unless_readable(row.letters):
            differences[change_id] = difference(snapshot.connection, _in_order(_stored(snapshot, row)))
    return differences


def _stored(snapshot: Snapshot, row: ChangeRow) -> list[list[EventRow]]:
    """Returns the events of each part of a change."""
    return [
        list(stored_events.events(snapshot.connection, ledger_id, position, position + count))
        for ledger_id, position, count in history.parts(snapshot.connection, row.change_id)
    ]


@contextmanager
def _altered_unless_readable(change: str) -> Iterator[None]:
    """Says of whatever goes wrong with the events of a change that they were altered."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise DamagedLedgerError(
            f"The events of change {change} have been altered.", "Restore the ledger from a backup."
        ) from error


def _named(snapshot: Snapshot, word: str) -> ChangeRow:
    point = named_point(snapshot.connection, snapshot.ledger_id, word)
    if point is not None:
        return point.change
    try:
        return history.find_change(snapshot.connection, word)
    except ChangeNotFoundError as error:
        near = did_you_mean(word, [row.label for row in labels.labels(snapshot.connection, snapshot.ledger_id)])
        error.hint = f"{near} {error.hint}".strip()
        raise


def _newest(snapshot: Snapshot) -> ChangeRow:
    for row in history.history(snapshot.connection, snapshot.context, limit=1):
        return row
    return history.history(snapshot.connection, limit=1)[0]


def _in_order(stored: list[list[EventRow]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields the events of a change in the order in which they were decided, across the ledgers that are here."""
    from zenml.domain.upcasts import upcast

    rest = {part[0].ledger_id: iter(part) for part in stored}
    began = [json.loads(next(events).text) for events in rest.values()]
    for run in began[0]["parts"]:
        for _ in range(run["count"] if run["ledger_id"] in rest else 0):
            event = next(rest[run["ledger_id"]])
            yield upcast(event.topic, json.loads(event.text))


def _first_in(stored: list[list[EventRow]]) -> Callable[[list[EventRow]], int]:
    """Returns the key that sorts the parts of a change as they were decided: ids of ledgers have no order."""
    ledgers = _ledgers(stored)
    return lambda part: ledgers.index(part[0].ledger_id)


def _ledgers(stored: list[list[EventRow]]) -> list[str]:
    """Returns the ledgers in which a change says that it has a part, in the order of its events."""
    return [run["ledger_id"] for run in json.loads(stored[0][0].text)["parts"]]


def _evidence(part: list[EventRow]) -> ChangePart:
    """Returns where a part is, and its leaves: computed from the stored text alone."""
    from zenml.evidence.merkle import leaf_hash

    leaves = [
        Leaf(
            event.position,
            event.topic,
            leaf_hash(event.ledger_id, event.position, event.topic, json.loads(event.text)).hex(),
        )
        for event in part
    ]
    return ChangePart(part[0].ledger_id, part[0].position, part[-1].position, leaves)
