"""Which changes made the configurations of two runs different."""

from __future__ import annotations

from collections import namedtuple

from zenml.domain.things import THINGS
from zenml.history.changes import infos
from zenml.projections.tables import RECORDS
from zenml.projections.timeline.at_positions import at_position
from zenml.projections.timeline.authors import Slot, author, before, begun, true_at
from zenml.projections.timeline.points import position_after

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from zenml.history.changes import ChangeInfo
    from zenml.projections.timeline.differences import Difference
    from zenml.projections.timeline.history import ChangeRow
    from zenml.snapshot.snapshot import Snapshot


class Cause(namedtuple("Cause", "change differences")):
    """A change that made something different between two runs.

    Attributes:
        change: Who made it, when, why, and what it did.
        differences: What of the difference is its doing.
    """

    __slots__ = ()
    change: ChangeInfo
    differences: list[Difference]

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return {
            **self.change.document(),
            "differences": [difference.document() for difference in self.differences],
        }


class Between(namedtuple("Between", "snapshot first last")):
    """Two positions of the active profile's ledger, the earlier one first, and what wrote what between them."""

    __slots__ = ()
    snapshot: Snapshot
    first: int
    last: int

    def writer(self, kind: str, thing_id: str, field: str) -> ChangeRow | None:
        """Returns the change that gave a field the value it has at the later position; None if none between did.

        What was undone meanwhile is not it. What an undo or a redo put back is the change behind it, if that was
        made between the two as well.

        Args:
            kind: ``stack`` or ``component``.
            thing_id: Which one.
            field: The field, as a difference names it.
        """
        database, ledger_id = self.snapshot.connection, self.snapshot.ledger_id
        slot = _slot(kind, thing_id, field, ledger_id)
        version = true_at(database, slot, self.last)
        if version is None:
            gone = before(database, slot, self.last)
            position = gone.until if gone is not None else None
            return None if position is None else self._within(at_position(database, ledger_id, position))
        version = version._replace(since=begun(database, slot, version).since)
        made = self._within(author(database, slot, version))
        return made or self._within(at_position(database, ledger_id, version.since))

    def _within(self, row: ChangeRow | None) -> ChangeRow | None:
        if row is None:
            return None
        position = position_after(self.snapshot.connection, self.snapshot.ledger_id, row.change_id)
        return row if self.first < position <= self.last else None


def causes(snapshot: Snapshot, made: Iterable[tuple[ChangeRow, Difference]]) -> list[Cause]:
    """Returns changes with what they made different, the newest change first."""
    by_change: dict[str, tuple[ChangeRow, list[Difference]]] = {}
    for row, difference in made:
        by_change.setdefault(row.change_id, (row, []))[1].append(difference)
    ordered = sorted(by_change.values(), key=lambda entry: entry[0].number, reverse=True)
    rows: Iterator[ChangeInfo] = infos(snapshot, [row for row, _ in ordered])
    return [Cause(info, differences) for info, (_, differences) in zip(rows, ordered, strict=True)]


def _slot(kind: str, thing_id: str, field: str, ledger_id: str) -> Slot:
    """Returns where the values of a field of a stack or a component are kept."""
    thing = next(declared for declared in THINGS if declared.kind == kind)
    declared = thing.field(field)
    if declared is not None:
        return Slot(RECORDS[kind], (thing_id,), declared.cells[0], ledger_id, declared.form)
    items = thing.items
    assert items is not None  # stacks and components have some
    return Slot(RECORDS[items.record], (thing_id, field), items.value.cells[0], ledger_id, items.value.form)
