"""The files of runs on this machine."""

from __future__ import annotations

import os
import re
from contextlib import ExitStack

from zenml import paths
from zenml.domain.change_ids import letters
from zenml.projections import database
from zenml.projections.runs import queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.projections.database import Database
    from zenml.projections.runs.queries import RunRow

_NAME = re.compile(r"([0-9a-f-]{36})-(\d{4,})\.db")


def years(config_directory: str, profile_ledger_id: str) -> list[tuple[int, str]]:
    """Returns the years of which runs of a profile are recorded here, the newest first, and the file of each."""
    folder = paths.runs_folder(config_directory)
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    matches = [match for name in names if (match := _NAME.fullmatch(name)) and match[1] == profile_ledger_id]
    return sorted(((int(match[2]), os.path.join(folder, match[0])) for match in matches), reverse=True)


def all_runs(config_directory: str, profile_ledger_id: str) -> list[RunRow]:
    """Returns the runs of a profile, the newest first."""
    rows = list[queries.RunRow]()
    for _, path in years(config_directory, profile_ledger_id):
        with database.open_still(path) as connection:
            database.check_made_by_us(connection, path)
            rows += queries.runs(connection)
    return rows


class RecordedRuns:
    """The runs of a profile, the newest first. To be used as a context manager."""

    def __init__(self, config_directory: str, profile_ledger_id: str) -> None:
        self._years = years(config_directory, profile_ledger_id)
        self._open = ExitStack()
        self._opened: list[Database] = []

    def __enter__(self) -> RecordedRuns:
        for _, path in self._years:
            connection = self._open.enter_context(database.open_still(path))
            database.check_made_by_us(connection, path)
            self._opened.append(connection)
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def named(self, word: str) -> RunRow | None:
        """Returns the newest run of a name, or the one whose id begins so; None if there is none."""
        rows = [row for connection in self._opened for row in queries.runs(connection)]
        return next(
            (row for row in rows if word in (row.name, row.run_id) or letters(row.run_id).startswith(word)), None
        )

    def by_id(self, run_id: str) -> RunRow | None:
        """Returns a run by its id; None if there is none."""
        return next((row for there in self._opened if (row := queries.run(there, run_id))), None)

    def notes(self, row: RunRow) -> list[dict[str, Any]]:
        """Returns what was noted of a run, in order: the fields of each `RunNoted`."""
        found = next((there for there in self._opened if queries.run(there, row.run_id)), None)
        return queries.notes(found, row.started) if found is not None else []

    def short(self, run_id: str) -> str:
        """Returns the shortest beginning of a run's letters, of at least four, that no other run has."""
        return letters(run_id)[:6]
