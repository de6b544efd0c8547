"""The life of a component, the same for every type that has a built-in flavor."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.support.program import Home
from tests.support.refusals import refused
from tests.support.tables import Row, column, described


@dataclass(frozen=True)
class Kind:
    """A type with one of its flavors.

    Attributes:
        word: The type as a command.
        flavor: One of its flavors.
        needed: Parameters without which it cannot be registered.
        changed: A parameter and the value an update gives it; `{work}` is the work folder.
    """

    word: str
    flavor: str
    needed: tuple[str, ...]
    changed: tuple[str, str]

    @property
    def type(self) -> str:
        return self.word.replace("-", "_")

    @property
    def people_say(self) -> str:
        return self.word.replace("-", " ")


KINDS = [
    Kind("artifact-store", "local", (), ("path", "{work}/artifacts")),
    Kind("container-registry", "default", ("--uri=registry.example.com",), ("uri", "other.example.com")),
    Kind("metadata-store", "mysql", ("--host=h", "--database=d"), ("port", "3307")),
    Kind("orchestrator", "local_docker", (), ("docker_parent_image", "python:3.12")),
    Kind("secrets-manager", "local", (), ("secrets_file", "{work}/secrets.yaml")),
]


def row(home: Home, kind: Kind, name: str) -> Row:
    found = [row for row in home.done(kind.word, "list").rows if row["NAME"] == name]
    assert len(found) == 1, name
    return found[0]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.word)
def test_register_update_rename_delete(kind: Kind, used: Home) -> None:
    answer = used.done(kind.word, "register", "mine", f"--flavor={kind.flavor}", *kind.needed)
    logged = f"Registered stack component with type '{kind.type}' and name 'mine'."
    assert logged in answer.stderr.splitlines(), answer.report()
    assert f"Successfully registered {kind.people_say} 'mine'." in answer.said
    registered = row(used, kind, "mine")
    assert registered["FLAVOR"] == kind.flavor

    parameter, value = kind.changed[0], kind.changed[1].format(work=used.work)
    answer = used.done(kind.word, "update", "mine", f"--{parameter}={value}")
    assert f"Successfully updated {kind.people_say} 'mine'." in answer.said
    answer = used.done(kind.word, "describe", "mine")
    assert described(answer.rows)[parameter.upper()] == value

    answer = used.done(kind.word, "rename", "mine", "yours")
    assert f"Successfully renamed {kind.people_say} 'mine' to 'yours'." in answer.said
    assert row(used, kind, "yours")["UUID"] == registered["UUID"]

    answer = used.done(kind.word, "delete", "yours")
    assert "yours" in answer.output
    assert "yours" not in used.done(kind.word, "list").stdout


def test_an_attribute_can_be_taken_away_again(used: Home) -> None:
    used.done("orchestrator", "register", "o", "--flavor=local_docker", "--docker_parent_image=python:3.12")
    assert described(used.done("orchestrator", "describe", "o").rows)["DOCKER_PARENT_IMAGE"] == "python:3.12"
    used.done("orchestrator", "remove-attribute", "o", "--docker_parent_image")
    assert described(used.done("orchestrator", "describe", "o").rows)["DOCKER_PARENT_IMAGE"] == "None"


def test_an_attribute_that_is_needed_cannot_be_taken_away(used: Home) -> None:
    used.done("container-registry", "register", "c", "--flavor=default", "--uri=r.example.com")
    refused(used.run("container-registry", "remove-attribute", "c", "--uri"), "uri", "c")
    assert described(used.done("container-registry", "describe", "c").rows)["URI"] == "r.example.com"


def test_a_flavor_of_another_type_is_refused(used: Home) -> None:
    refused(used.run("artifact-store", "register", "a", "--flavor=local_docker"), "local_docker")
    assert column(used.done("artifact-store", "list").rows, "NAME") == ["default"]


def test_a_local_store_is_not_remote(used: Home) -> None:
    words = ("artifact-store", "register", "a", "--flavor=local", "--path=s3://bucket")
    answer = used.run(*words, check=1)
    assert "path: " in answer.stderr
    assert "remote" in answer.stderr
    assert column(used.done("artifact-store", "list").rows, "NAME") == ["default"]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--host=h",), "database"),
        (("--host=h", "--database=d", "--colour=red"), "colour"),
        (("--host=h", "--database=d", "--port=many"), "port"),
    ],
    ids=["missing", "unknown", "not a number"],
)
def test_wrong_parameters_are_named(used: Home, words: tuple[str, ...], named: str) -> None:
    answer = used.run("metadata-store", "register", "m", "--flavor=mysql", *words, check=1)
    assert named in answer.stderr
    assert column(used.done("metadata-store", "list").rows, "NAME") == ["default"]


def test_the_active_stacks_component_is_the_active_one(used: Home) -> None:
    assert used.done("orchestrator", "get").stdout == "Active orchestrator: 'default'\n"
    answer = used.done("container-registry", "get")
    assert "No container registry set for active stack ('default')." in answer.said
    assert "No container registries registered." in used.done("container-registry", "list").output
