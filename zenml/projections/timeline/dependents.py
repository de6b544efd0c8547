"""Which changes came after a change and are about the same things: what an undo of it may meet.

A change may only use a thing, as a stack uses its components. What is set of that thing later does not matter to
an undo, which only needs the thing to be there: so nothing but its removal counts.
"""

from __future__ import annotations

from zenml.projections.timeline.history import SELECT, ChangeRow
from zenml.projections.timeline.points import undone_by

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

_IN_EFFECT = "undone_by IS NULL AND kind NOT IN ('undo', 'redo')"

_NEWEST = 200
"""Changes about a thing that are looked at for the newest one in effect: nearly always it is the first."""

_OF_A_THING = (
    "SELECT max(c.number), max(CASE WHEN s.removed THEN c.number END) FROM"
    " (SELECT number, removed FROM change_subjects WHERE thing = ?"
    f" ORDER BY number DESC LIMIT {_NEWEST}) s CROSS JOIN changes c ON c.number = s.number"
    f" WHERE {_IN_EFFECT}"
)


_OF_A_THING_THEN = (
    "SELECT c.number, c.change_id, s.removed FROM change_subjects s CROSS JOIN changes c USING (number)"
    " WHERE s.thing = ? AND s.number <= ? AND c.kind NOT IN ('undo', 'redo')"
    f" ORDER BY s.number DESC LIMIT {_NEWEST}"
)


def dependents(database: sqlite3.Connection, change: ChangeRow, limit: int) -> list[ChangeRow]:
    """Returns the newest later changes in effect about the things a change is about, newest first.

    Of a thing that the change only uses, its removal alone counts.
    """
    sql = (
        f"{SELECT} WHERE number > ? AND {_IN_EFFECT} AND number IN (SELECT later.number"
        " FROM change_subjects mine CROSS JOIN change_subjects later ON later.thing = mine.thing"
        " WHERE mine.number = ? AND (mine.subject != 'used' OR later.removed))"
        " ORDER BY number DESC LIMIT ?"
    )
    return [ChangeRow(*row) for row in database.execute(sql, (change.number, change.number, limit))]


class NewestDependents:
    """Finds the newest of the followers of many changes, and looks at each thing once.

    Args:
        database: The views.
        last: The number of the newest change that counts; None for all.
    """

    def __init__(self, database: sqlite3.Connection, last: int | None = None) -> None:
        self._database = database
        self._last = last
        self._of_things: dict[int, tuple[int, int]] = {}

    def after(self, change: ChangeRow) -> str | None:
        """Returns the id of the newest follower of a change, None if there is none."""
        sql = "SELECT thing, subject FROM change_subjects WHERE number = ?"
        newest = 0
        for thing, subject in self._database.execute(sql, (change.number,)):
            about, removal = self._of(thing)
            newest = max(newest, removal if subject == "used" else about)
        if newest <= change.number:
            return None
        row = self._database.execute("SELECT change_id FROM changes WHERE number = ?", (newest,)).fetchone()
        return str(row[0])

    def _of(self, thing: int) -> tuple[int, int]:
        """Returns the numbers of the newest change about a thing, and of the newest that removed it."""
        if thing not in self._of_things:
            if self._last is None:
                row = self._database.execute(_OF_A_THING, (thing,)).fetchone()
                self._of_things[thing] = (row[0] or 0, row[1] or 0)
            else:
                self._of_things[thing] = self._of_then(thing, self._last)
        return self._of_things[thing]

    def _of_then(self, thing: int, last: int) -> tuple[int, int]:
        """Returns the same as it was after the change of a number."""
        about = 0
        for number, change_id, removed in self._database.execute(_OF_A_THING_THEN, (thing, last)):
            if (removed or not about) and undone_by(self._database, change_id, last) is None:
                about = about or number
                if removed:
                    return about, number
        return about, 0
