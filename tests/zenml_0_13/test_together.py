"""Clients of ZenML 0.13.2 and ours work on one profile at once: nothing is lost, and each sees what others did."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.program import Home
from tests.support.served import ServedTeam
from tests.support.sizes import TOGETHER
from tests.support.tables import column
from tests.support.teams import ALWAYS_ASK, PARTS
from tests.zenml_0_13.clients import Client
from tests.zenml_0_13.conftest import Joined

pytestmark = pytest.mark.slow

EARLIER_PARTS = (*PARTS, "-m", "default")
WORDS_OF_ANN = ("history", "--actor", "ann", "-o", "json")

Worker = tuple[Callable[..., object], str, tuple[str, ...]]


def works(done: Callable[..., object], owner: str, parts: tuple[str, ...]) -> list[str]:
    """Registers, updates and renames things of an owner's own; returns the names of the stacks."""
    names = []
    for number in range(TOGETHER):
        first, name = f"{owner}-{number}", f"{owner}-{number}-renamed"
        done("artifact-store", "register", first, "--flavor=local", f"--path=/{owner}/first")
        done("artifact-store", "update", first, f"--path=/{owner}/{number}")
        done("artifact-store", "rename", first, name)
        done("stack", "register", first, *parts)
        done("stack", "update", first, "-a", name)
        done("stack", "rename", first, name)
        names.append(name)
    return names


def test_nothing_is_lost_and_everybody_sees_it(team: ServedTeam, joined: Joined) -> None:
    earlier: list[Client] = [joined("ann"), joined("ben")]
    ours: list[Home] = [team.host, team.member("member")]
    workers: list[Worker] = [(client.done, f"earlier{at}", EARLIER_PARTS) for at, client in enumerate(earlier)]
    workers += [(home.done, f"ours{at}", PARTS) for at, home in enumerate(ours)]
    with ThreadPoolExecutor(len(workers)) as pool:
        names = [name for named in pool.map(lambda worker: works(*worker), workers) for name in named]
    for client in earlier:
        stacks = {row["STACK NAME"]: row["ARTIFACT_STORE"] for row in client.done("stack", "list").rows}
        assert stacks == {"default": "default", **{name: name for name in names}}
        paths = {row["NAME"]: row["PATH"] for row in client.done("artifact-store", "list").rows}
        expected = {name: "/{}/{}".format(*name.split("-")) for name in names}
        assert {name: paths[name] for name in names} == expected
    for home in ours:
        shown = home.done("stack", "list", env=ALWAYS_ASK)
        assert sorted(column(shown.rows, "STACK NAME")) == sorted(["default", *names])
        home.done("audit", "verify")
    changes = json.loads(team.host.done(*WORDS_OF_ANN).stdout)["changes"]
    assert len(changes) == 6 * TOGETHER
    team.record()


def test_what_a_client_did_is_undone_by_name_and_the_client_sees_it(team: ServedTeam, joined: Joined) -> None:
    member, client = team.member("member"), joined("ann")
    client.done("stack", "rename", "default", "prod")
    (change,) = json.loads(member.done(*WORDS_OF_ANN, env=ALWAYS_ASK).stdout)["changes"]
    member.done("undo", change["change"], "--any-actor", "--reason", "not agreed")
    assert column(client.done("stack", "list").rows, "STACK NAME") == ["default"]
