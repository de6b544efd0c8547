"""Runs that happened before somebody looks at a page: recorded as they are, with nothing that really runs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from unittest import mock

from tests.support.program import Home
from zenml.api.looking_back import LookingBack
from zenml.api.runs.run_object import run_of
from zenml.api.runs.running import BegunRun, WantedRun, begin, finish, prepare
from zenml.domain.change_ids import letters


def begun(
    home: Home,
    *command: str,
    name: str | None = None,
    reason: str | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> BegunRun:
    """Records that a run began on the active stack: of a command, or of a block of Python if there is none."""
    with mock.patch.dict(os.environ, home.variables(), clear=True):
        return begun_here(command, name, parameters, reason)


def begun_here(
    command: tuple[str, ...], name: str | None, parameters: Mapping[str, Any] | None, reason: str | None
) -> BegunRun:
    """Does so where this process is."""
    asking = LookingBack(notify=lambda sentence: None)
    wanted = WantedRun(None, name, command or None, dict(parameters or {}), reason)
    return begin(asking, prepare(asking, wanted), wanted)


def end(run: BegunRun, exit_code: int = 0) -> None:
    """Records that a run ended."""
    assert finish(run, run.end("failed" if exit_code else "succeeded", exit_code)) is None


def ran(home: Home, *command: str, exit_code: int = 0, **more: Any) -> str:
    """Records a run from its beginning to its end, as `begun` does; returns its letters."""
    run = begun(home, *command, **more)
    end(run, exit_code)
    return run_letters(run)


def run_letters(run: BegunRun) -> str:
    """Returns the letters of a run that began."""
    return letters(run.event.run_id)


def note(home: Home, run: BegunRun, engine: str = "mlflow", name: str = "model") -> None:
    """Notes a link and an artifact of a run."""
    with mock.patch.dict(os.environ, home.variables(), clear=True):
        note_here(run, engine, name)


def note_here(run: BegunRun, engine: str, name: str) -> None:
    """Does so where this process is."""
    noted = run_of(LookingBack(), run.event.run_id, run.event.profile_ledger_id, run.event.position)
    noted.note_link(engine, external_id="8a1f", url="https://mlflow.example/8a1f")
    noted.note_artifact(name, "file:///one/model", digest="ab" * 32)
