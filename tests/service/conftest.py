"""A service for tests that only ask."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from tests.ledger.machines import machine, used
from tests.service.running import SECRET, Service, listening
from tests.support.program import Home
from tests.support.served import ServedTeam
from zenml.service import log


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of a profile with a secret and two more changes; each module has its own."""
    home = Home(Path(tmp_path_factory.mktemp("served")).resolve())
    home.done("profile", "list")
    tracked = ("--tracking_uri=https://mlflow.example", "--tracking_username=ann")
    home.done("experiment-tracker", "register", "x", "-f", "mlflow", *tracked, f"--tracking_password={SECRET}")
    home.done("stack", "rename", "default", "prod")
    with mock.patch.dict(os.environ, home.variables(), clear=True), listening(home) as running:
        yield running


@pytest.fixture
def own(home: Home) -> Iterator[Service]:
    """A service of a machine that one test alone uses."""
    home.done("profile", "list")
    with mock.patch.dict(os.environ, home.variables(), clear=True), listening(home) as running:
        yield running


@pytest.fixture
def team(tmp_path: Path) -> Iterator[ServedTeam]:
    """A service with a folder of its own, and who is to be its members."""
    team = ServedTeam(tmp_path / "team")
    yield team
    team.down()


@pytest.fixture
def written_log(tmp_path: Path) -> Iterator[Path]:
    """The file to which this process logs as the service does; afterwards logging is as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    path = log.log_file(str(tmp_path))
    root.handlers = []
    log.write_to(path, screen=False)
    yield Path(path)
    for handler in root.handlers:
        handler.close()
    root.handlers = handlers
    root.setLevel(level)
    logging.getLogger("uvicorn").setLevel(logging.NOTSET)


__all__ = ["machine", "used"]
