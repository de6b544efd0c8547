"""Clients of ZenML 0.13.2 change components that have secrets, whether they may read them or not: these stay."""

from __future__ import annotations

import pytest

from tests.support.canaries import bytes_below, leaks
from tests.support.program import Home
from tests.support.served import ServedTeam
from tests.support.teams import ALWAYS_ASK
from tests.zenml_0_13.conftest import Joined

PASSWORD = "canary-5f0c7d1e"
MYSQL = ("--flavor=mysql", "--host=db", "--database=runs", "--username=ann", f"--password={PASSWORD}")
STORE = "Repository().get_stack_component('metadata_store', {!r})"


def password(home: Home, name: str) -> str:
    """Returns the password of a metadata store, as the Python API reads it."""
    script = f"from zenml.repository import Repository; print({STORE.format(name)}.password)"
    return home.python(script, env=ALWAYS_ASK).exits(0).stdout.strip()


@pytest.mark.parametrize("options", [(), ("--no-secrets",)], ids=["may read secrets", "may not"])
def test_what_is_changed_beside_a_secret_leaves_it_as_it_is(
    team: ServedTeam, joined: Joined, options: tuple[str, ...]
) -> None:
    member = team.member("member")
    member.done("metadata-store", "register", "runs", *MYSQL)
    client = joined("ann", "writer", *options)
    client.done("metadata-store", "update", "runs", "--host=other")
    client.done("metadata-store", "rename", "runs", "kept")
    client.done("metadata-store", "remove-attribute", "kept", "--username")
    client.done("stack", "register", "prod", "-o", "default", "-a", "default", "-m", "kept")
    shown = client.done("metadata-store", "describe", "kept").output
    assert (PASSWORD in shown) == (not options)
    assert "other" in shown
    assert password(member, "kept") == PASSWORD
    team.down()
    assert leaks(PASSWORD, bytes_below(team.host.config)) == []


def test_what_a_client_registers_is_not_in_clear_where_it_is_kept(team: ServedTeam, joined: Joined) -> None:
    member = team.member("member")
    joined("ann").done("metadata-store", "register", "runs", *MYSQL)
    assert password(member, "runs") == PASSWORD
    joined("eve", "writer", "--no-secrets").done("metadata-store", "update", "runs", f"--password={PASSWORD}-new")
    assert password(member, "runs") == f"{PASSWORD}-new"
    team.down()
    assert leaks(PASSWORD, bytes_below(team.host.config)) == []


def test_a_copy_by_who_may_not_read_the_secret_is_refused(team: ServedTeam, joined: Joined) -> None:
    team.host.done("metadata-store", "register", "runs", *MYSQL)
    answer = joined("eve", "writer", "--no-secrets").breaks("metadata-store", "copy", "runs", "copied")
    assert "The stars in 'password' of 'copied' are not its secret: give the value." in answer.output.replace(
        "\n", " "
    )
    joined("ann").done("metadata-store", "copy", "runs", "copied")
    assert password(team.host, "copied") == PASSWORD
