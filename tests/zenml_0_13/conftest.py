"""A profile that a service keeps, and clients of ZenML 0.13.2 that have it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.served import ServedTeam
from tests.zenml_0_13.clients import Client, Installed, imported
from tests.zenml_0_13.installing import client_program


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """ZenML 0.13.2. Where it cannot be installed, tests fail and say why."""
    folder = tmp_path_factory.mktemp("zenml-0.13")
    with imported(client_program(), folder) as found:
        yield found
    assert [path.name for path in folder.iterdir()] == ["forks"]  # importing it makes nothing: homes are apart


@pytest.fixture
def team(tmp_path: Path) -> Iterator[ServedTeam]:
    """A profile and its service."""
    served = ServedTeam(tmp_path / "team")
    yield served
    served.down()


Joined = Callable[..., Client]


@pytest.fixture
def joined(team: ServedTeam, installed: Installed) -> Joined:
    """Makes a client that has the profile: ``joined(name of its token, role, *options of the token)``."""

    def client(name: str, role: str = "writer", *options: str) -> Client:
        made = Client(team.base / f"client-{name}", installed)
        made.join(f"{team.url}/t/{team.token(name, role, *options)}")
        return made

    return client
