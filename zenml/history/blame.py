"""Who gave a stack or a component the values it has: field by field, through undo and redo to the author."""

from __future__ import annotations

from collections import namedtuple
from itertools import islice

from zenml.domain.component_types import display
from zenml.domain.declarations import REFERENCE, SETTING
from zenml.domain.errors import InvalidValueError
from zenml.domain.missing import missing_component, missing_stack
from zenml.domain.suggestions import did_you_mean
from zenml.domain.things import COMPONENT, STACK, belonging
from zenml.projections import components, stacks
from zenml.projections.components import COMPONENTS
from zenml.projections.settings import display_value
from zenml.projections.stacks import STACKS
from zenml.projections.tables import RECORDS
from zenml.projections.temporal import LAST, keys, keys_ever
from zenml.projections.timeline.at_positions import at_position
from zenml.projections.timeline.authors import Slot, author, before, begun, current, true_at, within_one_change
from zenml.projections.timeline.filters import ids_named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from zenml.projections.temporal import TemporalTable
    from zenml.projections.timeline.authors import Version
    from zenml.projections.timeline.history import ChangeRow
    from zenml.snapshot.snapshot import Snapshot


class BlameLine(namedtuple("BlameLine", "field value author put_back_by ended_by")):
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


def blame(
    snapshot: Snapshot,
    kind: str,
    name: str,
    field: str | None = None,
    *,
    every: bool = False,
    limit: int | None = None,
    own: bool = False,
) -> list[BlameLine]:
    """Returns for each field of a thing its value and its author.

    Args:
        snapshot: A look at everything, now or at a point.
        kind: ``stack``, or a type of components.
        name: Its name; with ``every`` also of one that is gone.
        field: This field alone.
        every: All values a field had, the newest first.
        limit: Of these, this many of each field.
        own: Of a stack, leave out what its components are made of.

    Raises:
        NotFoundError: There is no such stack or component.
        InvalidValueError: It has no such field.
    """
    thing_id = _find_id(snapshot, kind, name, gone=every)
    fields = _fields(snapshot, kind, thing_id, every=every)
    if field is not None:
        field_name = field.replace("-", "_")
        if field_name not in fields:
            what = f"{display(kind).capitalize()} '{name}'"
            advice = f"{did_you_mean(field_name, list(fields))} Its fields are {', '.join(fields)}.".lstrip()
            raise InvalidValueError(f"{what} has no '{field}'.", advice)
        fields = {field_name: fields[field_name]}
    lines, most = [], limit if every else 1
    for field_name, slot in fields.items():
        newest = islice(_versions(snapshot, slot), most)
        lines += [_line(snapshot, field_name, slot, version) for version in newest]
    if kind == "stack" and field is None and not own:
        stack = stacks.stack_by_id(
            snapshot.connection, snapshot.ledger_id, thing_id, snapshot.at(snapshot.ledger_id)
        )
        for component_type, component_name in sorted(stack.component_names.items()) if stack else ():
            lines += [
                line._replace(field=f"{component_type}.{line.field}")
                for line in blame(snapshot, component_type, component_name, every=every, limit=limit)
            ]
    return lines


def _find_id(snapshot: Snapshot, kind: str, name: str, *, gone: bool) -> str:
    database, ledger_id = snapshot.connection, snapshot.ledger_id
    at = snapshot.at(ledger_id)
    if kind == "stack":
        stack = stacks.stack(database, ledger_id, name, at)
        ids = [stack.stack_id] if stack else ids_named(database, STACKS, ledger_id, name) if gone else []
        if not ids:
            raise missing_stack(name, stacks.stack_names(database, ledger_id, at), snapshot.then)
        return ids[-1]
    component = components.component(database, ledger_id, kind, name, at)
    ids = (
        [component.component_id]
        if component
        else ids_named(database, COMPONENTS, ledger_id, name, kind)
        if gone
        else []
    )
    if not ids:
        raise missing_component(
            kind, name, components.component_names(database, ledger_id, kind, at), snapshot.then
        )
    return ids[-1]


def _fields(snapshot: Snapshot, kind: str, thing_id: str, *, every: bool) -> dict[str, Slot]:
    """Returns where each field is kept; with ``every`` also those that it has no more."""
    thing = STACK if kind == STACK.kind else COMPONENT
    slots: dict[str, Slot] = {}
    for part in (thing, *belonging(thing)):
        table = RECORDS[part.kind]
        if part is thing or _keys(snapshot, table, thing_id, every=every):
            slots |= {
                field.name: Slot(table, (thing_id,), field.cells[0], snapshot.ledger_id, field.form)
                for field in part.fields
                if field.shown
            }
    if thing.items:
        table, value = RECORDS[thing.items.record], thing.items.value
        for key in sorted(_keys(snapshot, table, thing_id, every=every)):
            slots[key[-1]] = Slot(table, key, value.cells[0], snapshot.ledger_id, value.form)
    return slots


def _keys(snapshot: Snapshot, table: TemporalTable, thing_id: str, *, every: bool) -> list[tuple[str, ...]]:
    """Returns the keys of the rows of a thing in a table; with ``every`` also of those that are over."""
    if every:
        return keys_ever(snapshot.connection, table, snapshot.ledger_id, thing_id)
    return keys(snapshot.connection, table, snapshot.ledger_id, thing_id, snapshot.at(snapshot.ledger_id))


def _versions(snapshot: Snapshot, slot: Slot) -> Iterator[Version]:
    """Yields what a field is and was, the newest first; what stayed while other fields changed is one."""
    database, at = snapshot.connection, snapshot.at(slot.ledger_id)
    if at is None:
        version, end = current(database, slot), LAST
    else:
        version, end = true_at(database, slot, at), at
        version = version and version._replace(until=None)
    while True:
        if version is not None:
            first = begun(database, slot, version)
            if version.until is None or not within_one_change(database, slot, first.since, version.until):
                yield version._replace(since=first.since)  # else nobody saw it: a change passed through it
            end = first.since
        version = before(database, slot, end)
        if version is None:
            return


def _line(snapshot: Snapshot, field: str, slot: Slot, version: Version) -> BlameLine:
    database, ledger_id = snapshot.connection, snapshot.ledger_id
    wrote = at_position(database, ledger_id, version.since)
    made = author(database, slot, version)
    ended = at_position(database, ledger_id, version.until) if version.until is not None else None
    return BlameLine(
        field, _value(snapshot, slot.form, version.cell), made, wrote if made != wrote else None, ended
    )


def _value(snapshot: Snapshot, form: str, cell: str) -> Any:
    if form == SETTING:
        return display_value(cell)
    if form != REFERENCE:
        return cell
    at = snapshot.at(snapshot.ledger_id)
    row = components.component_by_id(snapshot.connection, snapshot.ledger_id, cell, at)
    if row is not None:
        return row.name
    return components.last_name(snapshot.connection, cell) or cell  # it is gone: the last name it had


def documents(snapshot: Snapshot, lines: list[BlameLine]) -> list[dict[str, Any]]:
    """Returns lines as JSON has them."""
    from zenml.history.changes import infos

    rows = [row for line in lines for row in (line.author, line.put_back_by, line.ended_by) if row]
    change_documents = {
        info.change_id: info.document() for info in infos(snapshot, {row.change_id: row for row in rows}.values())
    }
    return [
        {
            "field": line.field,
            "value": line.value,
            "author": change_documents[line.author.change_id],
            "put_back_by": change_documents[line.put_back_by.change_id] if line.put_back_by else None,
            "ended_by": change_documents[line.ended_by.change_id] if line.ended_by else None,
        }
        for line in lines
    ]
