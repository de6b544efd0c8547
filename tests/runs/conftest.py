import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.ledger.machines import machine
from tests.runs.recording import MadeUpProfile
from tests.support.databases import KINDS, fresh_url
from tests.support.program import ZENML

__all__ = ["machine"]


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is run finds the program as it does where that is installed."""
    monkeypatch.setenv("PATH", os.pathsep.join([str(ZENML.parent), os.environ["PATH"]]))


@pytest.fixture
def kind() -> str:
    """Which database it is, where that makes no difference."""
    return "sqlite"


@pytest.fixture
def urls(kind: str) -> Iterator[list[str]]:
    """Two databases of a kind."""
    with ExitStack() as stack:
        yield [stack.enter_context(fresh_url(kind)) for _ in range(2)]


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MadeUpProfile]:
    """The runs of a profile in each kind of database."""
    with fresh_url(request.param) as url:
        yield MadeUpProfile(tmp_path, url)
