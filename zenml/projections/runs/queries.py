"""What can be asked of a file of runs. Imports little: `zenml runs list` must start at once."""

from __future__ import annotations

from collections import namedtuple

from zenml.files.plain_json import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.projections.database import Database

_COLUMNS = (
    "runs.started, runs.run_id, runs.name, runs.stack_id, runs.position, runs.time, runs.outcome,"
    " start.state, end.state"
)
_FROM = (
    " FROM runs JOIN stored_events AS start ON start.originator_id = (SELECT ledger_id FROM heads)"
    " AND start.originator_version = runs.started"
    " LEFT JOIN stored_events AS end ON end.originator_id = (SELECT ledger_id FROM heads)"
    " AND end.originator_version = runs.finished"
)


class RunRow(namedtuple("RunRow", "started run_id name stack_id position time outcome start end")):
    """A run.

    Attributes:
        started: The position of its first event in the ledger of runs.
        position: The position of the profile's ledger as of which it ran.
        outcome: How it ended; None as long as nobody recorded that.
        start: The text of its first event (`RunStarted`).
        end: The text of its last event (`RunFinished`); None as long as there is none.
    """

    __slots__ = ()
    started: int
    run_id: str
    name: str | None
    stack_id: str
    position: int
    time: str
    outcome: str | None
    start: bytes
    end: bytes | None

    @property
    def began(self) -> dict[str, Any]:
        """The fields of its first event."""
        return load(self.start.decode())  # type: ignore[no-any-return]

    @property
    def ended(self) -> dict[str, Any] | None:
        """The fields of its last event; None as long as there is none."""
        return load(self.end.decode()) if self.end is not None else None


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
    which = f" WHERE {where}" if where else ""
    sql = f"SELECT {_COLUMNS}{_FROM}{which} ORDER BY runs.started DESC LIMIT ?"
    return [RunRow(*row) for row in database.execute(sql, (*parameters, limit))]


def run(database: Database, run_id: str) -> RunRow | None:
    """Returns a run by its id; None if it is not in the file."""
    return next(iter(runs(database, "runs.run_id = ?", (run_id,))), None)


def not_finished(database: Database, limit: int = -1) -> list[RunRow]:
    """Returns the runs whose end nobody recorded, the newest first; so many at most, all if negative."""
    return runs(database, "runs.finished IS NULL", limit=limit)


def notes(database: Database, started: int) -> list[dict[str, Any]]:
    """Returns what was noted of a run, in order: the fields of each `RunNoted`."""
    sql = (
        "SELECT state FROM run_notes JOIN stored_events ON originator_id = (SELECT ledger_id FROM heads)"
        " AND originator_version = noted WHERE started = ? ORDER BY noted"
    )
    return [load(state.decode()) for (state,) in database.execute(sql, (started,))]
