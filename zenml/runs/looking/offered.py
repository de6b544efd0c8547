"""What the TAB key offers where a run is asked for: it must answer at once, however many there are."""

from __future__ import annotations

from zenml.domain.change_ids import is_prefix
from zenml.projections.runs.run_filter import ALL_RUNS
from zenml.runs.looking.files import RecordedRuns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.snapshot.snapshot import Snapshot

_NEWEST = 50
"""Runs, or names: nobody looks further down a list under the prompt."""


def names_of_runs(snapshot: Snapshot, config_directory: str, beginning: str) -> list[tuple[str, str]]:
    """Returns the names of runs that begin so, with nothing about them."""
    with RecordedRuns(config_directory, snapshot.ledger_id) as recorded:
        return [(name, "") for name in recorded.names(beginning, _NEWEST)]


def newest_runs(snapshot: Snapshot, config_directory: str, beginning: str) -> list[tuple[str, str]]:
    """Returns the newest runs by their letters, with the stack of each; nothing for what is no such beginning."""
    if beginning and not is_prefix(beginning):
        return []
    offered: list[tuple[str, str]] = []
    with RecordedRuns(config_directory, snapshot.ledger_id) as recorded:
        for row in recorded.rows(ALL_RUNS):
            about = f"{row.name}, on {row.began['stack_name']}" if row.name else f"on {row.began['stack_name']}"
            offered.append((recorded.short(row.run_id), about))
            if len(offered) == _NEWEST:
                break
    return offered
