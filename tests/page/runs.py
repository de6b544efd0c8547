"""Runs that happened before somebody looks at a page: recorded as they are, with nothing that really runs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from unittest import mock

from tests.support.program import Home
from zenml.api import running
from zenml.api.running import BegunRun
from zenml.domain.change_ids import letters
from zenml.domain.run_events import RunArtifact, RunLink, RunNoted
from zenml.ledger.ids import utc_now
from zenml.repository import Repository
from zenml.runs.child import Ended
from zenml.runs.started import RunRequest, salted

SUCCEEDED = Ended(0)


def begun(
    home: Home,
    *command: str,
    name: str | None = None,
    reason: str | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> BegunRun:
    """Records that a run began on the active stack: of a command, or of a block of Python if there is none."""
    with mock.patch.dict(os.environ, home.variables(), clear=True):
        repository = Repository(notify=lambda sentence: None, reason=reason)
        request = RunRequest(
            name=name, command=command or None, parameters=dict(parameters or {}), folder=str(home.work)
        )
        return running.begin(repository, request, None)


def ran(home: Home, *command: str, ended: Ended = SUCCEEDED, **more: Any) -> str:
    """Records a run from its beginning to its end, as `begun` does; returns its letters."""
    run = begun(home, *command, **more)
    running.finish(run, ended)
    return run_letters(run)


def run_letters(run: BegunRun) -> str:
    """Returns the letters of a run that began."""
    return letters(run.event.run_id)


def note(run: BegunRun, engine: str = "mlflow", name: str = "model") -> None:
    """Notes a link and an artifact of a run."""
    link = RunLink(engine=engine, external_id=salted("8a1f"), url=salted(f"https://{engine}.example/8a1f"))
    artifact = RunArtifact(name=name, uri=salted(f"file:///one/{name}"), digest="ab" * 32)
    for it in (link, artifact):
        run.store.append([RunNoted(run_id=run.event.run_id, note=it, time=utc_now())])
