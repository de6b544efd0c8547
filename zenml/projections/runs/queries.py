"""What can be asked of a file of runs. Imports little: `zenml runs list` must start at once."""

from __future__ import annotations

from collections import namedtuple

from zenml.domain.plain_json import load
from zenml.domain.run_values import readable
from zenml.projections.runs import ids
from zenml.projections.runs.tables import OUTCOMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from zenml.projections.database import Database
    from zenml.projections.runs.spans import Spans

_COLUMNS = "runs.started, start.state, end.state"
_FROM = (
    " FROM runs CROSS JOIN stored_events AS start ON start.originator_id = (SELECT ledger_id FROM heads)"
    " AND start.originator_version = runs.started AND start.topic = 'zenml:RunStarted'"
    " LEFT JOIN stored_events AS end ON end.originator_id = (SELECT ledger_id FROM heads)"
    " AND end.originator_version = runs.finished AND end.topic = 'zenml:RunFinished'"
)
_WITHIN = (
    "SELECT r.started FROM json_each(?) AS span CROSS JOIN runs AS r"
    " ON r.stack = json_extract(span.value, '$[0]') AND r.position >= json_extract(span.value, '$[1]')"
    " AND r.position < json_extract(span.value, '$[2]')"
)
"""The runs of some stacks at some positions of the profile's ledger: an index has both."""


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


class WantedRuns(
    namedtuple(
        "WantedRuns",
        "spans name outcome since until before",
        defaults=(None, None, None, None, None, None),
    )
):
    """Which runs are asked for; every condition that is not None must hold.

    Attributes:
        spans: Of these stacks, as of these positions.
        name: Of this name.
        outcome: Of this outcome, and those whose end is not recorded or that were taken for lost: whether these
            run, or how they ended, is not in a view.
        since: The id is of this time or a later one, in milliseconds since 1970.
        until: The id is of this time or an earlier one.
        before: Begun before this position of the ledger of runs.
    """

    __slots__ = ()
    spans: Spans | None
    name: str | None
    outcome: str | None
    since: int | None
    until: int | None
    before: int | None


ALL_RUNS = WantedRuns()


def shown(value: dict[str, Any] | None) -> Any:
    """Returns what may be shown of a salted value; None if there is none, or if it was redacted."""
    return load(value["v"]) if value is not None and "v" in value else None


def runs(
    database: Database, where: str = "", parameters: tuple[object, ...] = (), limit: int = -1
) -> list[RunRow]:
    """Returns runs, the newest first.

    Args:
        database: The file.
        where: A condition in SQL over ``runs``, without ``WHERE``; all if empty.
        parameters: Of the condition.
        limit: So many at most; all if negative.
    """
    return list(_rows(database, where, parameters, limit))


def wanted_runs(database: Database, which: WantedRuns) -> Iterator[RunRow]:
    """Yields the runs that are asked for, the newest first, as far as somebody reads on."""
    return _rows(database, *_condition(database, which), -1)


def count(database: Database, spans: Spans) -> int:
    """Returns how many runs there are of some stacks as of some positions."""
    sql = f"SELECT count(*) FROM ({_WITHIN})"
    return int(database.execute(sql, (_as_json(database, spans),)).fetchone()[0])


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


def stack_ids(database: Database) -> list[str]:
    """Returns the ids of the stacks that anything ran on."""
    return [row[0] for row in database.execute("SELECT stack_id FROM run_stacks")]


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


def _rows(database: Database, where: str, parameters: tuple[object, ...], limit: int) -> Iterator[RunRow]:
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


def _condition(database: Database, which: WantedRuns) -> tuple[str, tuple[object, ...]]:
    """Returns what is asked for as SQL, and its parameters."""
    parts: list[str] = []
    given: list[object] = []
    if which.spans is not None:
        parts.append(f"runs.started IN ({_WITHIN})")
        given.append(_as_json(database, which.spans))
    if which.name is not None:
        parts.append("runs.name = (SELECT number FROM run_names WHERE name = ?)")
        given.append(which.name)
    if which.outcome is not None:
        ended = [OUTCOMES.index("lost"), *(n for n, outcome in enumerate(OUTCOMES) if outcome == which.outcome)]
        parts.append(f"(runs.finished IS NULL OR runs.outcome IN ({', '.join(map(str, ended))}))")
    time = ids.TIME.format(run="runs.run")
    for sign, moment in ((">=", which.since), ("<=", which.until)):
        if moment is not None:
            parts.append(f"{time} {sign} ?")
            given.append(ids.at_time(moment))
    if which.before is not None:
        parts.append("runs.started < ?")
        given.append(which.before)
    return " AND ".join(parts), tuple(given)


def _as_json(database: Database, spans: Spans) -> str:
    """Returns spans as SQLite reads them, the stacks by their numbers; without those that nothing ran on."""
    numbers = dict(database.execute("SELECT stack_id, stack FROM run_stacks").fetchall())
    listed = [
        f"[{numbers[stack_id]},{first},{end}]"
        for stack_id, ranges in spans.items()
        if stack_id in numbers
        for first, end in ranges
    ]
    return f"[{','.join(listed)}]"
