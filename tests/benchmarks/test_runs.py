"""The runs that are measured are what the program would have written, and as small as it is promised."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.homes import inside, silent
from benchmarks.runs import add_runs
from benchmarks.synthetic import build
from zenml.projections.runs import tables
from zenml.repository import Repository
from zenml.runs.looking.files import look_at_runs, years

LIMIT = 2048
"""Bytes of a run on disk, with the code of a Git repository in it."""


@pytest.mark.slow
def test_they_are_runs_and_take_two_kilobytes_each(tmp_path: Path) -> None:
    folder = str(tmp_path / "config")
    built = build(folder, 300)
    few = add_runs(folder, built, 500)
    many = add_runs(folder, built, 2000, seed=1)
    assert (many - few) / 2000 <= LIMIT
    ((_, path),) = years(folder, built.ledger_id)
    with look_at_runs(path) as database:
        assert tables.are_ours(database)
    with inside(folder):
        repository = Repository(notify=silent)
        runs = repository.runs()
        assert len(runs) == 2500
        assert {run.outcome for run in runs} == {"succeeded"}
        assert repository.get_run(runs[0].run).components
        used = repository.runs(uses={"docker_parent_image": None})
        assert 0 < len(used) < 2500
        verification = repository.verify()
        assert verification.ok, verification
