"""Each command of ZenML 0.13.2 does what it says: one change in the history, and none where it only reads."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from tests.support.program import Home
from tests.support.served import ServedTeam
from tests.support.tables import HAND, active, column, described
from tests.zenml_0_13.conftest import Joined

MYSQL = "--flavor=mysql --host=db --port=3306 --database=runs --username=ann --password=pass"

CHANGES = [
    ("artifact-store register data --flavor=local --path=/one", "register artifact store 'data'"),
    ("artifact-store update data --path=/two", "set path of artifact store 'data'"),
    ("artifact-store rename data files", "rename artifact store 'data' to 'files'"),
    (f"metadata-store register runs {MYSQL}", "register metadata store 'runs'"),
    ("metadata-store remove-attribute runs --password", "unset password of metadata store 'runs'"),
    ("container-registry register images --flavor=default --uri=hub", "register container registry 'images'"),
    # its own server answers 405 to what the client asks for first, and the command fails
    ("stack register dev -o default -m runs -a files", "register stack 'dev'"),
    ("stack update dev -c images", "set container registry of stack 'dev'"),
    ("stack remove-component dev -c", "remove container registry from stack 'dev'"),
    ("stack rename dev prod", "rename stack 'dev' to 'prod'"),
    ("stack copy prod other", "register stack 'other'"),
    ("stack update other -a default --decouple_stores", "set artifact store of stack 'other'"),
    ("stack delete other -y", "delete stack 'other'"),
    ("container-registry delete images", "delete container registry 'images'"),
]  # fmt: skip
"""Commands in a row, each with what the history says of it."""

READS = """
stack list
stack describe prod
stack export prod exported.yaml
stack set prod
stack get
stack up
artifact-store list
artifact-store describe files
user list
orchestrator flavor list
profile list
profile describe
"""


def changes(home: Home) -> list[dict[str, Any]]:
    """Returns the history, from the beginning."""
    return list(json.loads(home.done("history", "--reverse", "-o", "json").stdout)["changes"])


def told(found: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(change["actor"], change["summary"]) for change in found]


def test_each_command_that_changes_something_is_one_change_of_its_token(team: ServedTeam, joined: Joined) -> None:
    client = joined("ann")
    before = len(changes(team.host))
    for number, (command, summary) in enumerate(CHANGES, start=before):
        client.done(*command.split())
        new = changes(team.host)[number:]
        assert told(new) == [("ann", summary)], command
        assert new[0]["reason"].startswith("ZenML 0.13.2: ")
    for command in READS.strip().split("\n"):
        client.done(*command.split())
    assert len(changes(team.host)) == before + len(CHANGES)


def test_what_it_shows_is_what_there_is(team: ServedTeam, joined: Joined) -> None:
    team.host.done("artifact-store", "register", "files", "--flavor=local", "--path=/data")
    team.host.done("stack", "register", "prod", "-o", "default", "-m", "default", "-a", "files")
    client = joined("ann")
    assert sorted(column(client.done("stack", "list").rows, "STACK NAME")) == ["default", "prod"]
    client.done("stack", "set", "prod")
    assert active(client.done("stack", "list").rows, "STACK NAME") == ["prod"]
    assert described(client.done("stack", "describe").rows)["ARTIFACT_STORE"] == "files"
    (store,) = [row for row in client.done("artifact-store", "list").rows if row["ACTIVE"] == HAND]
    assert (store["NAME"], store["PATH"]) == ("files", "/data")
    assert described(client.done("artifact-store", "describe", "files").rows)["UUID"] == store["UUID"]
    (user,) = client.done("user", "list").rows
    assert user["NAME"] == "ann"
    client.done("stack", "export", "prod", "exported.yaml")
    assert "path: /data" in (client.home / "exported.yaml").read_text()


def test_the_active_stack_is_renamed_and_stays_the_active_one(team: ServedTeam, joined: Joined) -> None:
    client = joined("ann")
    before = len(changes(team.host))
    client.done("stack", "rename", "default", "prod")
    assert told(changes(team.host)[before:]) == [("ann", "rename stack 'default' to 'prod'")]
    assert active(client.done("stack", "list").rows, "STACK NAME") == ["prod"]
