"""A database of each kind, with nothing in it, and one with a ledger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stores.shared_database.made import Team
from tests.support.databases import KINDS, fresh_url


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    with fresh_url(request.param) as url:
        yield url


@pytest.fixture(params=KINDS[1:])
def server_url(request: pytest.FixtureRequest) -> Iterator[str]:
    with fresh_url(request.param) as url:
        yield url


@pytest.fixture
def team(url: str) -> Iterator[Team]:
    with Team(url) as team:
        team.begin()
        yield team


@pytest.fixture
def team_on_server(server_url: str) -> Iterator[Team]:
    with Team(server_url) as team:
        team.begin()
        yield team
