"""Changes that were recorded on top of views that somebody had edited.

The events of such a change are genuine, and what they repeat is not what was recorded. Two things tell: a value
that is repeated keeps its salt, so a salt with two values was edited in between; and what an event says it
replaced or removed is what was there before it.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from zenml.ledger.verification.payload import values_within
from zenml.ledger.verification.verdicts import Problem
from zenml.projections.rows import BulkRows, Cells, Key
from zenml.projections.temporal import Table

_REPLACED = {
    # by topic: the field that says what was there before, and the column of the row that the event ends
    "zenml:ComponentRenamed": ("old_name", "name"),
    "zenml:ComponentDeleted": ("name", "name"),
    "zenml:ParameterSet": ("old", "setting"),
    "zenml:ParameterRemoved": ("old", "setting"),
    "zenml:StackRenamed": ("old_name", "name"),
    "zenml:StackDeleted": ("name", "name"),
    "zenml:StackComponentSet": ("old_component_id", "component_id"),
    "zenml:StackComponentRemoved": ("old_component_id", "component_id"),
    "zenml:ProfileRenamed": ("old_name", "name"),
    "zenml:ProfileDeleted": ("name", "name"),
}


class WatchedRows(BulkRows):
    """Rows that compare what each event says it replaced with what was there.

    Attributes:
        problems: One for each event that says something else.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        super().__init__(database)
        self.problems: list[Problem] = []
        self._topic, self._fields = "", dict[str, Any]()
        database.execute("CREATE TEMP TABLE salts (salt TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")

    def expect(self, topic: str, fields: dict[str, Any]) -> None:
        """Looks at an event that is about to be applied."""
        self._topic, self._fields = topic, fields
        for value in values_within(fields):
            if "s" not in value:
                continue  # it was blanked
            salt, text = str(value["s"]), str(value["v"])
            row = self.database.execute("SELECT value FROM temp.salts WHERE salt = ?", (salt,)).fetchone()
            if row is None:
                self.database.execute("INSERT INTO temp.salts VALUES (?, ?)", (salt, text))
            elif row[0] != text:
                self._report("The event repeats a value that was recorded differently before")
                return

    def end(self, table: Table, key: Key) -> Cells | None:
        """Ends a row after comparing it with what the event says was there."""
        cells = super().end(table, key)
        field, column = _REPLACED.get(self._topic, ("", ""))
        if field in self._fields and column in table.columns:
            said = self._fields[field]
            text = self.json(said) if isinstance(said, dict) else said
            if text != (cells[table.columns.index(column)] if cells else None):
                self._report("The event does not state the value that was there before it")
        return cells

    def _report(self, what: str) -> None:
        sentence = f"{what}: the change was recorded while the views were edited."
        problem = Problem(self.ledger_id, self.position, sentence)
        if not self.problems or self.problems[-1] != problem:
            self.problems.append(problem)
