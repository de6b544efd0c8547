"""The stacks of a profile."""

from __future__ import annotations

from collections import namedtuple

from zenml.projections.tables import RECORDS
from zenml.projections.temporal import LEDGER, last, select

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

STACKS, STACK_COMPONENTS, COMPONENTS = RECORDS["stack"], RECORDS["stack component"], RECORDS["component"]

_NOW = (
    "SELECT s.stack_id, s.name, h.component_type, h.component_id, c.name FROM stacks s"
    " LEFT JOIN stack_components h ON h.ledger = s.ledger AND h.stack_id = s.stack_id AND h.until IS NULL"
    " LEFT JOIN components c ON c.ledger = h.ledger AND c.component_id = h.component_id AND c.until IS NULL"
    f" WHERE s.ledger = {LEDGER.format('?')} AND s.until IS NULL"
)


class StackRow(namedtuple("StackRow", "stack_id name component_ids component_names")):
    """A stack; both mappings are by component type."""

    __slots__ = ()
    stack_id: str
    name: str
    component_ids: dict[str, str]
    component_names: dict[str, str]


def stacks(database: sqlite3.Connection, ledger_id: str, at: int | None = None) -> list[StackRow]:
    """Returns the stacks of a profile by name, now or at a position."""
    names = {row[0]: row[2] for row in database.execute(*select(COMPONENTS, ledger_id, at))}
    parts: dict[str, dict[str, str]] = {}
    for stack_id, component_type, component_id, _ in database.execute(*select(STACK_COMPONENTS, ledger_id, at)):
        parts.setdefault(stack_id, {})[component_type] = component_id
    listed = [
        StackRow(
            stack_id,
            name,
            parts.get(stack_id, {}),
            {kind: names.get(part, "") for kind, part in parts.get(stack_id, {}).items()},
        )
        for stack_id, name, _ in database.execute(*select(STACKS, ledger_id, at))
    ]
    return sorted(listed, key=lambda row: row.name)


def stack(database: sqlite3.Connection, ledger_id: str, name: str, at: int | None = None) -> StackRow | None:
    """Returns the stack that has this name, now or at a position."""
    return _one(database, ledger_id, at, name=name)


def stack_by_id(
    database: sqlite3.Connection, ledger_id: str, stack_id: str, at: int | None = None
) -> StackRow | None:
    """Returns the stack with this id, if it is registered, now or at a position."""
    return _one(database, ledger_id, at, stack_id=stack_id)


def stack_names(database: sqlite3.Connection, ledger_id: str, at: int | None = None) -> list[str]:
    """Returns the names of the stacks of a profile, sorted."""
    return sorted(row[1] for row in database.execute(*select(STACKS, ledger_id, at)))


def last_name(database: sqlite3.Connection, stack_id: str) -> str | None:
    """Returns what a stack is called; the last name of one that is gone."""
    return last(database, STACKS, "name", stack_id=stack_id)


def stacks_using(database: sqlite3.Connection, ledger_id: str, component_id: str) -> list[str]:
    """Returns the names of the stacks that have a component, sorted."""
    sql = (
        "SELECT s.name FROM stack_components c JOIN stacks s ON s.ledger = c.ledger"
        " AND s.stack_id = c.stack_id AND s.until IS NULL"
        f" WHERE c.ledger = {LEDGER.format('?')} AND c.component_id = ? AND c.until IS NULL ORDER BY s.name"
    )
    return [row[0] for row in database.execute(sql, (ledger_id, component_id))]


def _one(database: sqlite3.Connection, ledger_id: str, at: int | None, **conditions: str) -> StackRow | None:
    if at is None:
        which = "".join(f" AND s.{column} = ?" for column in conditions)
        rows = database.execute(f"{_NOW}{which}", (ledger_id, *conditions.values())).fetchall()
        parts = [row[2:] for row in rows if row[4] is not None]
        ids, called = {kind: part for kind, part, _ in parts}, {kind: name for kind, _, name in parts}
        return StackRow(rows[0][0], rows[0][1], ids, called) if rows else None
    row = database.execute(*select(STACKS, ledger_id, at, **conditions)).fetchone()
    if row is None:
        return None
    held = database.execute(*select(STACK_COMPONENTS, ledger_id, at, stack_id=row[0])).fetchall()
    names = {part[0]: part[2] for part in database.execute(*select(COMPONENTS, ledger_id, at))}
    return StackRow(
        row[0], row[1], {part[1]: part[2] for part in held}, {part[1]: names[part[2]] for part in held}
    )
