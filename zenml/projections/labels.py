"""The names that a profile's changes were given."""

from __future__ import annotations

from collections import namedtuple

from zenml.projections.tables import RECORDS
from zenml.projections.temporal import select

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

LABELS = RECORDS["label"]


class LabelRow(namedtuple("LabelRow", "label_id label change_id")):
    """A label and the change it names."""

    __slots__ = ()
    label_id: str
    label: str
    change_id: str


def labels(database: sqlite3.Connection, ledger_id: str, at: int | None = None) -> list[LabelRow]:
    """Returns the labels of a profile by name, now or at a position."""
    listed = (LabelRow(*row[:3]) for row in database.execute(*select(LABELS, ledger_id, at)))
    return sorted(listed, key=lambda row: row.label)


def label(database: sqlite3.Connection, ledger_id: str, name: str) -> LabelRow | None:
    """Returns a label, None if there is none of this name."""
    row = database.execute(*select(LABELS, ledger_id, label=name)).fetchone()
    return LabelRow(*row[:3]) if row else None
