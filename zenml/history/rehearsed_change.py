"""What a change that was only tried out would do: its events, and what would be different."""

from __future__ import annotations

from collections import namedtuple

from zenml.projections.timeline.differences import difference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.ledger.change import Change
    from zenml.projections.timeline.differences import Difference
    from zenml.snapshot.snapshot import Snapshot


class RehearsedChange(namedtuple("RehearsedChange", "change events differences targets taken_back")):
    """A change that was only tried out.

    Attributes:
        change: The change.
        events: Topic and fields of what would be recorded, in this order.
        differences: What would be different.
        targets: The changes that it would undo or redo, by the shortest letters that name them.
        taken_back: What would become of these: ``undone`` or ``redone``, and which change.
    """

    __slots__ = ()
    change: Change
    events: list[tuple[str, dict[str, Any]]]
    differences: list[Difference]
    targets: list[str]
    taken_back: list[tuple[str, str]]


def rehearsed_change(snapshot: Snapshot, change: Change) -> RehearsedChange:
    """Returns what a change would do, that a repository with ``dry_run`` has returned."""
    import json

    # as they would be stored: with their keys in order
    events = [(event.TOPIC, json.loads(json.dumps(event.to_fields(), sort_keys=True))) for event in change.events]
    rows = [snapshot.change(target) for target in change.targets]
    return RehearsedChange(
        change,
        events,
        difference(snapshot.connection, events),
        [snapshot.short(row.letters) for row in rows],
        snapshot.taken_back(rows, redo=change.kind == "redo"),
    )
