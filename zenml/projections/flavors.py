"""The custom flavors that a profile knows."""

from __future__ import annotations

from collections import namedtuple

from zenml.projections.tables import RECORDS
from zenml.projections.temporal import select

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

FLAVORS = RECORDS["flavor"]


class FlavorRow(namedtuple("FlavorRow", "flavor_id component_type name source")):
    """A custom flavor; ``source`` is ``module.Class``."""

    __slots__ = ()
    flavor_id: str
    component_type: str
    name: str
    source: str


def flavors(
    database: sqlite3.Connection, ledger_id: str, component_type: str | None = None, at: int | None = None
) -> list[FlavorRow]:
    """Returns the flavors of one type, or of all, by type and name, now or at a position."""
    listed = (FlavorRow(*row[:4]) for row in database.execute(*select(FLAVORS, ledger_id, at)))
    of_type = (row for row in listed if component_type in (None, row.component_type))
    return sorted(of_type, key=lambda row: (row.component_type, row.name))
