"""The files of runs on this machine."""

from __future__ import annotations

import os
import re

from zenml import paths
from zenml.projections import database
from zenml.projections.runs import queries

TYPE_CHECKING = False
if TYPE_CHECKING:
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
