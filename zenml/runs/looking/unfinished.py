"""What became of runs whose end is not in their ledger: they run, or nobody waits for them any more."""

from __future__ import annotations

import os
from collections import namedtuple

from zenml import paths
from zenml.domain.plain_json import load
from zenml.projections.runs.queries import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.projections.runs.queries import RunRow

RUNNING, LOST = "running", "lost"


class Became(namedtuple("Became", "outcome ended", defaults=(None,))):
    """What became of a run, as far as this machine knows.

    Attributes:
        outcome: How it ended; `RUNNING` if it did not, as far as anybody knows.
        ended: The fields of its last event, recorded or waiting to be; None if there is none.
    """

    __slots__ = ()
    outcome: str
    ended: dict[str, Any] | None


def became(config_directory: str, row: RunRow) -> Became:
    """Returns what became of a run.

    One whose process is gone from this machine is lost, before anybody recorded that. Of a process elsewhere only
    its own machine can tell.
    """
    if row.ended is not None and row.outcome != LOST:
        return Became(row.ended["outcome"], row.ended)
    waiting = _waiting(config_directory, row.run_id)
    if waiting is not None:
        return Became(waiting["outcome"], waiting)
    if row.ended is not None or _is_lost(row):
        return Became(LOST, row.ended)
    return Became(RUNNING)


def runs_here(config_directory: str, row: RunRow) -> bool:
    """Tells whether a run goes on, on this machine."""
    from zenml.ledger import sessions

    return _host(row) == sessions.host() and became(config_directory, row).outcome == RUNNING


def _is_lost(row: RunRow) -> bool:
    from zenml.ledger import sessions  # few runs are looked at while they run

    if _host(row) != sessions.host():
        return False
    from zenml.runs.recording.lost import is_lost

    return is_lost(row.began)


def _host(row: RunRow) -> str | None:
    origin = shown(row.began["origin"])
    return origin.get("host") if origin else None


def _waiting(config_directory: str, run_id: str) -> dict[str, Any] | None:
    """Returns the end of a run that could not be recorded yet; None if there is none, or only a part of it."""
    try:
        with open(os.path.join(paths.runs_spool(config_directory), run_id), "rb") as file:
            kept = load(file.read().rstrip(b"\0 ").decode())
        end: dict[str, Any] | None = kept["end"]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return end
