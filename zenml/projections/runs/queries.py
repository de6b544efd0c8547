"""What can be asked of a file of runs. Imports little: `zenml runs list` must start at once."""

from __future__ import annotations

from collections import namedtuple

from zenml.domain.plain_json import load
from zenml.domain.run_values import readable
from zenml.projections.runs import ids

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from zenml.projections.database import Database

_COLUMNS = "runs.started, start.state, end.state"
_FROM = (
    " FROM runs CROSS JOIN stored_events AS start ON start.originator_id = (SELECT ledger_id FROM heads)"
    " AND start.originator_version = runs.started AND start.topic = 'zenml:RunStarted'"
    " LEFT JOIN stored_events AS end ON end.originator_id = (SELECT ledger_id FROM heads)"
    " AND end.originator_version = runs.finished AND end.topic = 'zenml:RunFinished'"
)

_SHOWN = {
    *("run_id", "name", "parent_run_id", "like_run_id", "profile_ledger_id", "position", "root", "stack_id"),
    *("stack_name", "stack_digest", "command", "parameters", "origin", "code", "software", "actor", "process"),
    *("secrets", "reason", "time"),
}
"""The fields of the first event of a run that are shown, or tell what became of it."""


class RunRow(namedtuple("RunRow", "started run_id name stack_id position time outcome began ended")):
    """A run, as its events say it.

    Attributes:
        started: The position of its first event in the ledger of runs.
        position: The position of the profile's ledger as of which it ran.
        outcome: How it ended; None as long as nobody recorded that.
        began: The fields of its first event (`RunStarted`).
        ended: The fields of its last event (`RunFinished`); None as long as there is none.
    """

    __slots__ = ()
    started: int
    run_id: str
    name: str | None
    stack_id: str
    position: int
    time: str
    outcome: str | None
    began: dict[str, Any]
    ended: dict[str, Any] | None


def shown(value: dict[str, Any] | None) -> Any:
    """Returns what may be shown of a salted value; None if there is none, or if it was redacted."""
    return load(value["v"]) if value is not None and "v" in value else None


def runs(database: Database, where: str = "", parameters: Sequence[object] = (), limit: int = -1) -> list[RunRow]:
    """Returns runs as `rows` yields them."""
    return list(rows(database, where, parameters, limit))


def run(database: Database, run_id: str) -> RunRow | None:
    """Returns a run by its id; None if it is not in the file."""
    return next(iter(runs(database, "runs.run = ?", (ids.key(run_id),))), None)


def beginning_with(database: Database, prefix: str) -> list[str]:
    """Returns the ids of the runs whose letters begin so, at most two of them."""
    sql = "SELECT run FROM runs WHERE run BETWEEN ? AND ? ORDER BY run LIMIT 2"
    return [ids.run_id(row[0]) for row in database.execute(sql, ids.between(prefix))]


def newest_named(database: Database, name: str) -> RunRow | None:
    """Returns the newest run of a name; None if there is none."""
    condition = "runs.started = (SELECT max(started) FROM runs JOIN run_names ON runs.name = number"
    return next(iter(runs(database, f"{condition} WHERE run_names.name = ?)", (name,))), None)


def run_names(database: Database, beginning: str, limit: int) -> list[str]:
    """Returns names of runs that begin with a text, in order."""
    sql = "SELECT name FROM run_names WHERE name >= ? AND name < ? ORDER BY name LIMIT ?"
    return [row[0] for row in database.execute(sql, (beginning, f"{beginning}\U0010ffff", limit))]


def neighbours(database: Database, run_id: str) -> list[str]:
    """Returns the letters of the runs of a file that come next to a run's own, in their order."""
    key = ids.key(run_id)
    sides = (
        "SELECT run FROM runs WHERE run > ? ORDER BY run LIMIT 1",
        "SELECT run FROM runs WHERE run < ? ORDER BY run DESC LIMIT 1",
    )
    found = (database.execute(sql, (key,)).fetchone() for sql in sides)
    return [ids.shown(row[0]) for row in found if row]


def not_finished(database: Database, limit: int = -1) -> list[RunRow]:
    """Returns the runs whose end nobody recorded, the newest first; so many at most, all if negative."""
    return runs(database, "runs.finished IS NULL", limit=limit)


def notes(database: Database, started: int) -> list[dict[str, Any]]:
    """Returns what was noted of a run, in order: the fields of each `RunNoted`."""
    sql = (
        "SELECT state FROM run_notes JOIN stored_events ON originator_id = (SELECT ledger_id FROM heads)"
        " AND originator_version = noted WHERE started = ? ORDER BY noted"
    )
    return [readable(load(state.decode()), load) for (state,) in database.execute(sql, (started,))]


def rows(
    database: Database, where: str = "", parameters: Sequence[object] = (), limit: int = -1
) -> Iterator[RunRow]:
    """Yields runs, the newest first, as far as somebody reads on.

    Args:
        database: The file.
        where: A condition in SQL over ``runs``, without ``WHERE``; all if empty.
        parameters: Of the condition.
        limit: So many at most; all if negative.
    """
    which = f" WHERE {where}" if where else ""
    sql = f"SELECT {_COLUMNS}{_FROM}{which} ORDER BY runs.started DESC LIMIT ?"
    for started, start, end in database.execute(sql, (*parameters, limit)):
        began, ended = load(start.decode()), None if end is None else readable(load(end.decode()), load)
        if not began.keys() >= _SHOWN:
            raise ValueError("an event without some of its fields")  # nobody wrote it so
        began = readable(began, load)
        yield RunRow(
            started,
            began["run_id"],
            began["name"],
            began["stack_id"],
            began["position"],
            began["time"],
            None if ended is None else ended["outcome"],
            began,
            ended,
        )
