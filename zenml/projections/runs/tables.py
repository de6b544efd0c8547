"""The views of a ledger of runs, and what an event does to them.

A run is known by the position of its first event; what is not asked for by itself stays in the event's text.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from zenml.projections.database import Database

VERSION = 1
"""Views of another version are made again; the file has it as its `user_version`."""

STATEMENTS = (
    "CREATE TABLE runs (started INTEGER PRIMARY KEY, run_id TEXT NOT NULL, name TEXT, stack_id TEXT NOT NULL,"
    " position INTEGER NOT NULL, time TEXT NOT NULL, finished INTEGER, outcome TEXT) STRICT",
    "CREATE UNIQUE INDEX runs_by_id ON runs (run_id)",
    "CREATE INDEX runs_by_stack ON runs (stack_id, position)",
    "CREATE INDEX runs_not_finished ON runs (started) WHERE finished IS NULL",
    "CREATE TABLE run_notes (noted INTEGER PRIMARY KEY, started INTEGER NOT NULL) STRICT",
    "CREATE INDEX run_notes_by_run ON run_notes (started)",
)

NAMES = ("runs", "run_notes")
"""The tables that can be made again from the events."""


def apply(database: Database, position: int, topic: str, fields: dict[str, Any]) -> None:
    """Applies an event that was stored at a position to the views."""
    _HANDLERS[topic](database, position, fields)


def _started(database: Database, position: int, event: dict[str, Any]) -> None:
    cells = (event["run_id"], event["name"], event["stack_id"], event["position"], event["time"])
    database.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, NULL, NULL)", (position, *cells))


def _noted(database: Database, position: int, event: dict[str, Any]) -> None:
    sql = "INSERT INTO run_notes SELECT ?, started FROM runs WHERE run_id = ?"
    database.execute(sql, (position, event["run_id"]))


def _finished(database: Database, position: int, event: dict[str, Any]) -> None:
    """Ends a run; how one ended counts, whoever took it for lost before."""
    sql = "UPDATE runs SET finished = ?, outcome = ? WHERE run_id = ? AND (finished IS NULL OR outcome = 'lost')"
    if event["outcome"] == "lost":
        sql = "UPDATE runs SET finished = ?, outcome = ? WHERE run_id = ? AND finished IS NULL"
    database.execute(sql, (position, event["outcome"], event["run_id"]))


def _redacted(database: Database, position: int, event: dict[str, Any]) -> None:
    """Leaves the views as they are: nothing that can be blanked is in them."""


_HANDLERS: dict[str, Callable[[Database, int, dict[str, Any]], None]] = {
    "zenml:RunStarted": _started,
    "zenml:RunNoted": _noted,
    "zenml:RunFinished": _finished,
    "zenml:RunValuesRedacted": _redacted,
}
