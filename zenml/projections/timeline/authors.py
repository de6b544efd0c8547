"""Which change a value is from at first, through whatever took it back or put it back."""

from __future__ import annotations

import json
from collections import namedtuple

from zenml.projections import stored_events
from zenml.projections.temporal import earlier, version
from zenml.projections.timeline import history, points
from zenml.projections.timeline.at_positions import at_position

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from zenml.projections.temporal import Query, TemporalTable
    from zenml.projections.timeline.history import ChangeRow


_BACK = ("undo", "redo")


class Slot(namedtuple("Slot", "table key column ledger_id form")):
    """Where the values of a field are kept, and in which form."""

    __slots__ = ()
    table: TemporalTable
    key: tuple[str, ...]
    column: str
    ledger_id: str
    form: str


class Version(namedtuple("Version", "cell since until")):
    """What a field was from a position on, and until when; None for what it is."""

    __slots__ = ()
    cell: str
    since: int
    until: int | None


def current(database: sqlite3.Connection, slot: Slot) -> Version | None:
    """Returns what a field is; None if it has no value."""
    return _one(database, slot, version(slot.table, slot.ledger_id, slot.key))


def true_at(database: sqlite3.Connection, slot: Slot, at: int) -> Version | None:
    """Returns what a field was at a position; None if it had no value."""
    present = current(database, slot)
    if present is None or present.since > at:
        present = _one(database, slot, version(slot.table, slot.ledger_id, slot.key, at))
    return present if present is not None and present.since <= at else None


def before(database: sqlite3.Connection, slot: Slot, position: int) -> Version | None:
    """Returns the last version of a field that ended at a position or before."""
    return _one(database, slot, earlier(slot.table, slot.ledger_id, slot.key, 0, position))


def begun(database: sqlite3.Connection, slot: Slot, of: Version) -> Version:
    """Returns the version with which a value began that stayed, or came back before anybody saw it gone.

    What an undo or a redo brought back has the author it had, even if an equal value was there right before.
    """
    first = seen = of
    while True:
        previous = _one(database, slot, earlier(slot.table, slot.ledger_id, slot.key, seen.since, seen.since))
        if previous is not None and previous.cell == of.cell:
            first = seen = previous
        elif previous is not None and _passed(database, slot, previous.since, seen.since):
            seen = previous
        else:
            return first


def _passed(database: sqlite3.Connection, slot: Slot, first: int, last: int) -> bool:
    """Tells whether a change that decided again went from one position to the other."""
    change = at_position(database, slot.ledger_id, first)
    return change is not None and change.kind not in _BACK and within_one_change(database, slot, first, last)


def within_one_change(database: sqlite3.Connection, slot: Slot, first: int, last: int) -> bool:
    """Tells whether two positions belong to the same change."""
    ends = [at_position(database, slot.ledger_id, position) for position in (first, last)]
    return ends[0] == ends[1]


def author(database: sqlite3.Connection, slot: Slot, of: Version) -> ChangeRow:
    """Returns the change that gave a field a value at first: looks behind what put it back.

    Args:
        database: The views.
        slot: The field.
        of: The version, from where its value began.
    """
    while True:
        change = at_position(database, slot.ledger_id, of.since)
        assert change is not None  # every position belongs to a change
        origin = None
        if change.kind == "restore":
            origin = _restored(database, slot, of, change)
        elif change.kind in _BACK:
            origin = _put_back(database, slot, of, change)
        if origin is None:
            return change
        of = begun(database, slot, origin)


def _restored(database: sqlite3.Connection, slot: Slot, of: Version, change: ChangeRow) -> Version | None:
    """Returns the version that was true at the point that a restore went back to."""
    point = _point(database, change)
    if point is not None:
        there = true_at(database, slot, points.position(database, slot.ledger_id, point.number))
        return there if there is not None and there.cell == of.cell else None
    # earlier versions did not record the point: the last time it was so is the best guess
    return next((other for other in _ended(database, slot, 0, of.since) if other.cell == of.cell), None)


def _point(database: sqlite3.Connection, restore: ChangeRow) -> ChangeRow | None:
    """Returns the change that a restore goes back to; None if that was not recorded."""
    ledger_id, position, _ = history.parts(database, restore.change_id)[0]
    (began,) = stored_events.events(database, ledger_id, position, position)
    change_id = json.loads(began.text)["causation_id"]
    return history.by_id(database, change_id) if change_id else None


def _put_back(database: sqlite3.Connection, slot: Slot, of: Version, change: ChangeRow) -> Version | None:
    """Returns the version that an undo or a redo put back.

    It took back what had ended versions, the last one first, and passed over what was so already. So what it
    wrote, in order, are versions that its targets had ended, the last ended first, with some left out.
    """
    ended = [
        version
        for target in history.targets(database, change.change_id)
        for ledger_id, position, count in history.parts(database, target.change_id)
        if ledger_id == slot.ledger_id
        for version in _ended(database, slot, position, position + count)
    ]
    waiting = iter(sorted(ended, key=lambda other: (other.until, other.since), reverse=True))
    origin = None
    for cell in _written(database, slot, of, change):
        origin = next((other for other in waiting if other.cell == cell), None)
    return origin


def _written(database: sqlite3.Connection, slot: Slot, of: Version, change: ChangeRow) -> list[str]:
    """Returns what a change made of a field one after the other, up to a version."""
    parts = history.parts(database, change.change_id)
    first = next(position for ledger_id, position, _ in parts if ledger_id == slot.ledger_id)
    passed = [other.cell for other in _ended(database, slot, first, of.since) if other.since >= first]
    cells = [*reversed(passed), of.cell]
    return [cell for number, cell in enumerate(cells) if number == 0 or cells[number - 1] != cell]


def _ended(database: sqlite3.Connection, slot: Slot, first: int, last: int) -> list[Version]:
    """Returns the versions that ended from one position to another, the newest first."""
    query = earlier(slot.table, slot.ledger_id, slot.key, first, last)
    return [_version(slot, row) for row in database.execute(*query)]


def _one(database: sqlite3.Connection, slot: Slot, query: Query) -> Version | None:
    row = database.execute(*query).fetchone()
    return _version(slot, row) if row else None


def _version(slot: Slot, row: tuple[str | int | None, ...]) -> Version:
    return Version(row[slot.table.columns.index(slot.column)], row[-2], row[-1])
