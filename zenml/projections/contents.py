"""What a profile has, now or at a position: every declared thing of its ledger, value by value as it is kept."""

from __future__ import annotations

from collections import namedtuple

from zenml.domain.things import IN_A_PROFILE
from zenml.projections.tables import RECORDS
from zenml.projections.temporal import select

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3


class Stored(namedtuple("Stored", "fields items")):
    """A thing as the views keep it: the cells of its fields, and of its items by key."""

    __slots__ = ()
    fields: dict[str, str]
    items: dict[str, str]

    @property
    def place(self) -> Name:
        """What distinguishes it from others of its kind."""
        return self.fields.get("component_type", ""), self.fields["name"]


Name = tuple[str, str]
"""Component type and name; the type is empty where a kind has none."""

Contents = dict[str, dict[str, Stored]]
"""By the kind of things and by their ids."""


def value(
    database: sqlite3.Connection, kind: str, ledger_id: str, thing_id: str, at: int | None = None
) -> str | None:
    """Returns the cell of what belongs to a thing, now or at a position; None if it has no such value.

    Args:
        database: The views.
        kind: What belongs to it, as it is declared.
        ledger_id: The ledger of the thing.
        thing_id: The thing.
        at: The position.
    """
    table = RECORDS[kind]
    row = database.execute(*select(table, ledger_id, at, **{table.key[0]: thing_id})).fetchone()
    return row[-2] if row else None


def contents(database: sqlite3.Connection, ledger_id: str, at: int | None = None) -> Contents:
    """Returns what a profile has, or had at a position of its ledger.

    What belongs to a thing is among its fields, if it has it. Things of a kind are in the order of their names:
    what is decided from them is the same wherever it is.
    """
    by_kind: Contents = {thing.kind: {} for thing in IN_A_PROFILE if not thing.of}
    for thing in IN_A_PROFILE:
        names = [field.name for field in thing.fields]
        sql, values = select(RECORDS[thing.kind], ledger_id, at)
        by_name = ", ".join((*RECORDS[thing.kind].unique, RECORDS[thing.kind].key[0]))
        for thing_id, *cells, _ in database.execute(f"{sql} ORDER BY {by_name}", values):
            fields = dict(zip(names, cells, strict=True))
            if thing.of:
                if thing_id in by_kind[thing.of]:
                    by_kind[thing.of][thing_id].fields.update(fields)
            else:
                by_kind[thing.kind][thing_id] = Stored(fields, {})
        if thing.items:
            table = select(RECORDS[thing.items.record], ledger_id, at)
            for thing_id, key, cell, _ in sorted(database.execute(*table)):
                if thing_id in by_kind[thing.kind]:
                    by_kind[thing.kind][thing_id].items[key] = cell
    return by_kind
