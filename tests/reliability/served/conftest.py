"""A team of its own for each test, and a line to its service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability.served.trial import Trial
from tests.support.network.lines import line_to
from tests.support.served import ServedTeam


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedTeam]:
    """A profile and its service."""
    team = ServedTeam(tmp_path / "team")
    yield team
    team.down()


@pytest.fixture
def trial(served: ServedTeam) -> Iterator[Trial]:
    """Two members, one of them by way of a line."""
    with line_to(served.port) as line:
        yield Trial(served, line)
