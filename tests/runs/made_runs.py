"""Runs that were recorded, without anything being run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from unittest import mock

from tests.ledger.machines import Machine
from zenml.api.runs.running import WantedRun, begin, finish, prepare
from zenml.projections.runs import ledgers
from zenml.projections.runs.ledgers import RunsLedgerRow
from zenml.repository import Repository


def record_run(
    repository: Repository, name: str = "train", exit_code: int | None = 0, command: tuple[str, ...] = ("true",)
) -> str:
    """Records a run as the active stack is now; returns its id. It goes on if it has no exit code."""
    wanted = WantedRun(name=name, command=command)
    run = begin(repository, prepare(repository, wanted), wanted)
    if exit_code is not None:
        assert finish(run, run.end("failed" if exit_code else "succeeded", exit_code)) is None
    return run.event.run_id


def runs_ledger(repository: Repository) -> RunsLedgerRow:
    """Returns the newest ledger of runs of the active profile."""
    with repository.reading() as snapshot:
        return ledgers.runs_ledgers(snapshot.connection, snapshot.ledger_id)[0]


def runs_files(machine: Machine) -> list[Path]:
    """Returns the files of runs."""
    return sorted((machine.config / "runs").glob("*.db"))


def run_sql(file: Path, sql: str, *parameters: object) -> None:
    """Runs a statement on a file of runs behind the program's back; it must change something."""
    with closing(sqlite3.connect(file)) as database, database:
        assert database.execute(sql, parameters).rowcount != 0, "nothing was tampered with"


@contextmanager
def in_2025() -> Iterator[None]:
    """Has what is run meanwhile be run in June 2025, as far as its year is concerned."""
    then = "2025-06-01T12:00:00.000000Z"
    with (
        mock.patch("zenml.api.runs.running.utc_now", return_value=then),
        mock.patch("zenml.api.runs.ledgers.utc_now", return_value=then),
    ):
        yield
