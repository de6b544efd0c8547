"""Changes that were recorded on top of views that somebody had edited.

The events of such a change are genuine, and what they repeat is not what was recorded. Two things tell: a value
that is repeated keeps its salt, so a salt with two values was edited in between; and what an event says it
replaced or removed is what was there before it.
"""

from __future__ import annotations

from typing import Any

import orjson

from zenml.domain.declarations import CHANGE, REFERENCE, SETTING, TEXT, WENT, Effect, Thing
from zenml.domain.things import EFFECTS
from zenml.evidence.commitments import committed
from zenml.evidence.pointed_values import is_blanked, values_in
from zenml.ledger.verification.verdicts import Problem
from zenml.projections.database import Database
from zenml.projections.inspection import Texts
from zenml.projections.rows import BulkRows, Cells, Key
from zenml.projections.temporal import TemporalTable

_COMPARED = (TEXT, REFERENCE, SETTING, CHANGE)  # what was chosen and is gone is recorded as nothing


def _replaced(thing: Thing, effect: Effect) -> tuple[str, str] | None:
    """Returns the field of an event that says what was there before, and the column of the row that it ends."""
    if effect.does == WENT:
        field, old = thing.field(thing.name), thing.name
        return (old, old) if field and field.form == TEXT else None
    field = thing.field(effect.part) or (thing.items and thing.items.value)
    return (effect.old, field.cells[0]) if field and effect.old and field.form in _COMPARED else None


def _same_value(stated: Any, there: object) -> bool:
    """Tells whether what an event states is what was there, of which one or both were blanked."""
    if not isinstance(stated, dict) or not isinstance(there, str):
        return False
    return bool(committed(stated) == committed(orjson.loads(there)))


_REPLACED = {
    topic: replaced
    for topic, ((thing, effect), *_) in EFFECTS.items()
    if (replaced := _replaced(thing, effect)) is not None
}


class WatchedRows(BulkRows):
    """Rows that compare what each event says it replaced with what was there.

    Attributes:
        problems: One for each event that says something else.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.problems: list[Problem] = []
        self._topic, self._fields = "", dict[str, Any]()
        self._values = Texts(database)  # by salt

    def expect(self, topic: str, fields: dict[str, Any]) -> None:
        """Looks at an event that is about to be applied."""
        self._topic, self._fields = topic, fields
        for value in values_in(fields):
            if is_blanked(value):
                continue
            salt, text = str(value["s"]), str(value["v"])
            if self._values.note(salt, text) != text:
                self._report("The event repeats a value that was recorded differently before")
                return

    def end(self, table: TemporalTable, key: Key) -> Cells | None:
        """Ends a row after comparing it with what the event says was there."""
        cells = super().end(table, key)
        field, column = _REPLACED.get(self._topic, ("", ""))
        if field in self._fields and column in table.columns:
            value = self._fields[field]
            text = self.json(value) if isinstance(value, dict) else value
            there = cells[table.columns.index(column)] if cells else None
            if text != there and not _same_value(value, there):
                self._report("The event does not state the value that was there before it")
        return cells

    def _report(self, what: str) -> None:
        sentence = f"{what}: the change was recorded while the views were edited."
        problem = Problem(self.ledger_id, self.position, sentence)
        if not self.problems or self.problems[-1] != problem:
            self.problems.append(problem)
