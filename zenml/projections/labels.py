"""The names that a profile's changes were given."""

from __future__ import annotations

from collections import namedtuple

from zenml.projections.temporal import Table, rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

    from zenml.projections.rows import Rows

    Fields = dict[str, Any]

LABELS = Table("labels", key=("label_id",), columns=("label", "change_id"), unique=("label",))
TABLES = (LABELS,)


class LabelRow(namedtuple("LabelRow", "label_id label change_id")):
    """A label and the change it names."""

    __slots__ = ()
    label_id: str
    label: str
    change_id: str


def _changed(to: Rows, event: Fields) -> None:
    key = (event["label_id"],)
    to.end(LABELS, key)
    if event["new_change_id"]:
        to.begin(LABELS, key, (event["label"], event["new_change_id"]))


APPLY = {"zenml:LabelChanged": _changed}


def labels(database: sqlite3.Connection, ledger_id: str, at: int | None = None) -> list[LabelRow]:
    """Returns the labels of a profile by name, now or at a position."""
    found = (LabelRow(*row[:3]) for row in database.execute(*rows(LABELS, ledger_id, at)))
    return sorted(found, key=lambda it: it.label)


def label(database: sqlite3.Connection, ledger_id: str, name: str) -> LabelRow | None:
    """Returns a label, None if there is none of this name."""
    row = database.execute(*rows(LABELS, ledger_id, label=name)).fetchone()
    return LabelRow(*row[:3]) if row else None
