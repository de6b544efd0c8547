"""Who gave a stack or a component the values it has: field by field, through undo and redo to the author."""

from __future__ import annotations

from collections import namedtuple
from itertools import islice

from zenml.domain.component_types import display
from zenml.domain.errors import InvalidValueError
from zenml.domain.missing import missing_component, missing_stack
from zenml.domain.suggestions import did_you_mean
from zenml.projections import components, history, stacks
from zenml.projections.components import COMPONENTS, PARAMETERS
from zenml.projections.filters import ids_named
from zenml.projections.points import position
from zenml.projections.settings import shown
from zenml.projections.stacks import STACK_COMPONENTS, STACKS
from zenml.projections.temporal import LAST, earlier, rows, version
from zenml.projections.undoable import at_position

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from zenml.projections.history import ChangeRow
    from zenml.projections.temporal import Query, Table
    from zenml.repository.reading import Reading

_PUT_BACK = ("undo", "redo", "restore")


class Line(namedtuple("Line", "field value author put_back_by ended_by")):
    """A value of a field, and where it came from.

    Attributes:
        field: ``name``, ``flavor``, a parameter, or a component type.
        value: The value, as it may be shown.
        author: The change that gave the field this value at first.
        put_back_by: The undo, redo or restore that put it back later, if one did.
        ended_by: The change that ended it; None for a value of now.
    """

    __slots__ = ()
    field: str
    value: Any
    author: ChangeRow
    put_back_by: ChangeRow | None
    ended_by: ChangeRow | None


class _Slot(namedtuple("_Slot", "table key column")):
    """Where the values of a field are kept."""

    __slots__ = ()
    table: Table
    key: tuple[str, ...]
    column: str


class _Version(namedtuple("_Version", "cell since until")):
    """What a field was from a position on, and until when; None for what it is."""

    __slots__ = ()
    cell: str
    since: int
    until: int | None


def blame(
    now: Reading, kind: str, name: str, field: str | None = None, *, every: bool = False, own: bool = False
) -> list[Line]:
    """Returns for each field of a thing its value and its author.

    Args:
        now: A look at everything, now or at a point.
        kind: ``stack``, or a type of components.
        name: Its name; with ``every`` also of one that is gone.
        field: This field alone.
        every: All values a field had, the newest first.
        own: Of a stack, leave out what its components are made of.

    Raises:
        NotFoundError: There is no such stack or component.
        InvalidValueError: It has no such field.
    """
    thing_id = _found(now, kind, name, gone=every)
    fields = _fields(now, kind, thing_id, every=every)
    if field is not None:
        wanted = field.replace("-", "_")
        if wanted not in fields:
            what = f"{display(kind).capitalize()} '{name}'"
            advice = f"{did_you_mean(wanted, list(fields))} It has {', '.join(fields)}.".lstrip()
            raise InvalidValueError(f"{what} has no '{field}'.", advice)
        fields = {wanted: fields[wanted]}
    lines = []
    for named, slot in fields.items():
        found = _versions(now, slot)
        lines += [_line(now, named, slot, it) for it in (found if every else islice(found, 1))]
    if kind == "stack" and field is None and not own:
        stack = stacks.stack_by_id(now.connection, now.ledger_id, thing_id, now.at(now.ledger_id))
        for component_type, part in sorted(stack.component_names.items()) if stack else ():
            lines += [
                line._replace(field=f"{component_type}.{line.field}")
                for line in blame(now, component_type, part, every=every)
            ]
    return lines


def _found(now: Reading, kind: str, name: str, *, gone: bool) -> str:
    database, ledger_id = now.connection, now.ledger_id
    at = now.at(ledger_id)
    if kind == "stack":
        stack = stacks.stack(database, ledger_id, name, at)
        ids = [stack.stack_id] if stack else ids_named(database, STACKS, ledger_id, name) if gone else []
        if not ids:
            raise missing_stack(name, stacks.stack_names(database, ledger_id, at), now.then)
        return ids[-1]
    part = components.component(database, ledger_id, kind, name, at)
    ids = [part.component_id] if part else ids_named(database, COMPONENTS, ledger_id, name, kind) if gone else []
    if not ids:
        raise missing_component(kind, name, components.component_names(database, ledger_id, kind, at), now.then)
    return ids[-1]


def _fields(now: Reading, kind: str, thing_id: str, *, every: bool) -> dict[str, _Slot]:
    """Returns where each field is kept; with ``every`` also those that it has no more."""
    if kind == "stack":
        own, fields, table, column, value = STACKS, ["name"], STACK_COMPONENTS, "component_type", "component_id"
    else:
        own, fields, table, column, value = COMPONENTS, ["name", "flavor"], PARAMETERS, "parameter", "setting"
    found = {it: _Slot(own, (thing_id,), it) for it in fields}
    if every:
        chosen = f"SELECT {column} FROM {table.name} WHERE {table.key[0]} = ? AND"
        sql = f"{chosen} ledger_id = ? AND until IS NULL UNION {chosen} +ledger_id = ? AND until IS NOT NULL"
        names = [name for (name,) in now.connection.execute(sql, (thing_id, now.ledger_id) * 2)]
    else:
        there = rows(table, now.ledger_id, now.at(now.ledger_id), **{table.key[0]: thing_id})
        names = [row[1] for row in now.connection.execute(*there)]
    return {**found, **{name: _Slot(table, (thing_id, name), value) for name in sorted(names)}}


def _versions(now: Reading, slot: _Slot) -> Iterator[_Version]:
    """Yields what a field is and was, the newest first; what stayed while other fields changed is one."""
    at = now.at(now.ledger_id)
    found = _one(now, slot, version(slot.table, now.ledger_id, slot.key))
    if at is not None and (found is None or found.since > at):
        found = _one(now, slot, version(slot.table, now.ledger_id, slot.key, at))
        found = found and (found._replace(until=None) if found.since <= at else None)
    before = at if at is not None else LAST
    while True:
        if found is not None:
            begun = _begun(now, slot, found)
            if found.until is None or not _within_one_change(now, begun.since, found.until):
                yield found._replace(since=begun.since)  # else nobody saw it: a change passed through it
            before = begun.since
        found = _one(now, slot, earlier(slot.table, now.ledger_id, slot.key, 0, before))
        if found is None:
            return


def _one(now: Reading, slot: _Slot, query: Query) -> _Version | None:
    row = now.connection.execute(*query).fetchone()
    return _Version(row[slot.table.columns.index(slot.column)], row[-2], row[-1]) if row else None


def _begun(now: Reading, slot: _Slot, it: _Version) -> _Version:
    """Returns the version with which a value began that stayed, or came back before anybody saw it gone."""
    begun = seen = it
    while True:
        before = _one(now, slot, earlier(slot.table, now.ledger_id, slot.key, seen.since, seen.since))
        if before is not None and before.cell == it.cell:
            begun = seen = before
        elif before is not None and _within_one_change(now, before.since, seen.since):
            seen = before
        else:
            return begun


def _within_one_change(now: Reading, first: int, last: int) -> bool:
    ends = [at_position(now.connection, now.ledger_id, position) for position in (first, last)]
    return ends[0] == ends[1]


def _line(now: Reading, field: str, slot: _Slot, it: _Version) -> Line:
    database, ledger_id = now.connection, now.ledger_id
    wrote = at_position(database, ledger_id, it.since)
    assert wrote is not None  # every position belongs to a change
    author = _author(now, slot, it, wrote)
    ended = at_position(database, ledger_id, it.until) if it.until is not None else None
    return Line(field, _value(now, slot.column, it.cell), author, wrote if author != wrote else None, ended)


def _author(now: Reading, slot: _Slot, it: _Version, wrote: ChangeRow) -> ChangeRow:
    """Returns the change that gave a field a value at first: looks behind what put it back.

    What an undo took back had ended the value: of several changes that it took back, the first one had. What a
    restore put back was so at its point; where that was not recorded yet, it is the last time that it was so.
    """
    while wrote.kind in _PUT_BACK:
        then = _at_point(now, slot, wrote) if wrote.kind == "restore" else None
        if then is not None and then.cell == it.cell and then.since < it.since:
            it = _begun(now, slot, then)
            author = at_position(now.connection, now.ledger_id, it.since)
            assert author is not None
            wrote = author
            continue
        spans = [(0, it.since)] if wrote.kind == "restore" else _spans(now, wrote)
        same = [
            found
            for span in spans
            for row in now.connection.execute(*earlier(slot.table, now.ledger_id, slot.key, *span))
            if (found := _Version(row[slot.table.columns.index(slot.column)], row[-2], row[-1])).cell == it.cell
        ]
        if not same:
            return wrote
        choose = max if wrote.kind == "restore" else min
        it = _begun(now, slot, choose(same, key=lambda found: found.since))
        before = at_position(now.connection, now.ledger_id, it.since)
        assert before is not None
        wrote = before
    return wrote


def _at_point(now: Reading, slot: _Slot, restore: ChangeRow) -> _Version | None:
    """Returns what a field was at the point of a restore; None if that is not known, or it was nothing."""
    point_id = history.point_of(now.connection, restore.change_id)
    point = history.by_id(now.connection, point_id) if point_id else None
    if point is None:
        return None
    at = position(now.connection, now.ledger_id, point.number)
    found = _one(now, slot, version(slot.table, now.ledger_id, slot.key, at))
    return found if found is not None and found.since <= at else None


def _spans(now: Reading, change: ChangeRow) -> list[tuple[int, int]]:
    """Returns the positions in the ledger of what an undo or a redo took back."""
    return [
        (position, position + count)
        for target in history.targets(now.connection, change.change_id)
        for ledger_id, position, count in history.parts(now.connection, target.change_id)
        if ledger_id == now.ledger_id
    ]


def _value(now: Reading, column: str, cell: str) -> Any:
    if column == "setting":
        return shown(cell)
    if column != "component_id":
        return cell
    at = now.at(now.ledger_id)
    row = components.component_by_id(now.connection, now.ledger_id, cell, at)
    if row is not None:
        return row.name
    last = now.connection.execute(*earlier(COMPONENTS, now.ledger_id, (cell,), 0, LAST)).fetchone()
    return last[1] if last else cell  # it is gone: the last name it had


def documents(now: Reading, lines: list[Line]) -> list[dict[str, Any]]:
    """Returns lines as JSON has them."""
    from zenml.repository.changes import infos

    named = [row for it in lines for row in (it.author, it.put_back_by, it.ended_by) if row]
    told = {it.change_id: it.document() for it in infos(now, {row.change_id: row for row in named}.values())}
    return [
        {
            "field": it.field,
            "value": it.value,
            "author": told[it.author.change_id],
            "put_back_by": told[it.put_back_by.change_id] if it.put_back_by else None,
            "ended_by": told[it.ended_by.change_id] if it.ended_by else None,
        }
        for it in lines
    ]
