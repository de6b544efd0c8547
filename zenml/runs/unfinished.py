"""What became of runs whose end is not in their ledger: they run, or nobody waits for them any more."""

from __future__ import annotations

import os

from zenml import paths
from zenml.runs.info import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.projections.runs.queries import RunRow

RUNNING, LOST = "running", "lost"


def ends_waiting(config_directory: str) -> dict[str, dict[str, Any]]:
    """Returns the ends of runs that could not be recorded yet: the fields of a `RunFinished` by the run's id."""
    if not os.path.isdir(paths.runs_spool(config_directory)):
        return {}
    return {}


def outcome_now(row: RunRow, waiting: dict[str, dict[str, Any]]) -> str:
    """Returns how a run ended, as far as anybody knows now.

    One whose process is gone from this machine is lost, before anybody recorded that. Of a process elsewhere only
    its own machine can tell.
    """
    if row.outcome is not None:
        return row.outcome
    ended = waiting.get(row.run_id)
    if ended is not None:
        return str(ended["outcome"])
    return LOST if _is_gone(row) else RUNNING


def _is_gone(row: RunRow) -> bool:
    from zenml.domain.run_events import RunProcess  # few runs are looked at while they run
    from zenml.runs.process import is_gone

    return is_gone(shown(row.began["actor"]["host"]), RunProcess(**row.began["process"]))
