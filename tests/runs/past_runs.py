"""Runs to look back at: recorded as the program does it, without anything being run."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.ledger.machines import Machine
from zenml.api.runs.running import BegunRun, WantedRun, begin, finish, prepare
from zenml.domain.run_events import RunOutcome
from zenml.repository import Repository

COMMAND = ("python", "train.py")


def going_on(here: Repository, stack: str | None = None, name: str | None = None, **wanted: object) -> BegunRun:
    """Records that a run began, and returns it; this process is the one that waits for its end."""
    run = WantedRun(stack=stack, name=name, command=COMMAND)._replace(**wanted)
    return begin(here, prepare(here, run), run)


def ran(
    here: Repository,
    stack: str | None = None,
    name: str | None = None,
    outcome: RunOutcome = "succeeded",
    exit_code: int | None = 0,
    **wanted: object,
) -> str:
    """Records a run that ended, and returns its id."""
    run = going_on(here, stack, name, **wanted)
    assert finish(run, run.end(outcome, exit_code)) is None
    return run.event.run_id


def file_of_runs(machine: Machine) -> Path:
    """Returns the only file of runs on a machine."""
    (path,) = (machine.config / "runs").glob("*.db")
    return path


def alter(path: Path, sql: str, *parameters: object) -> None:
    """Runs a statement on a file of runs behind the program's back."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(sql, parameters)
