"""Databases for teams: each test has an empty one, on a server that it may kill."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.support.network.lines import Line, line_to
from tests.support.network.servers import SERVERS, Server, running

_numbers = count(1)


@pytest.fixture(scope="session", params=SERVERS)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """One server of each kind for all tests of this folder. Whoever stops it starts it again."""
    with running(request.param) as server:
        yield server


@pytest.fixture
def database(server: Server) -> str:
    """The URL of an empty database on a server."""
    return server.create_database(f"team{next(_numbers)}")


@pytest.fixture
def line(server: Server) -> Iterator[Line]:
    """A line to the server."""
    with line_to(server.port) as line:
        yield line


@pytest.fixture(params=["sqlite", *SERVERS])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of every kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path.resolve() / 'shared' / 'team.db'}"
    else:
        with running(request.param) as server:
            yield server.create_database("team")
