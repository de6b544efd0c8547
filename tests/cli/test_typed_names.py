"""``TYPE/NAME`` names a component wherever one is named, and is offered by the TAB key."""

from __future__ import annotations

import json

import pytest

from tests.cli.test_completion import offered
from tests.support.program import Home

NAMED = [
    "orchestrator describe orchestrator/docker",
    "orchestrator describe Orchestrator/docker --at now",
    "orchestrator update orchestrator/docker --docker_parent_image=x --dry-run",
    "orchestrator remove-attribute orchestrator/docker --docker_parent_image --dry-run",
    "orchestrator rename orchestrator/docker orchestrator/other --dry-run",
    "orchestrator copy orchestrator/docker orchestrator/other --dry-run",
    "orchestrator delete orchestrator/docker --dry-run",
    "orchestrator register orchestrator/new --flavor local --dry-run",
    "orchestrator up orchestrator/docker --dry-run",
    "orchestrator down orchestrator/docker --dry-run",
    "orchestrator logs orchestrator/docker",
    "stack register s -a artifact-store/default -o orchestrator/docker --dry-run",
    "stack update default -o orchestrator/docker --artifact_store artifact_store/default --dry-run",
    "history --component orchestrator/docker",
    "blame orchestrator/docker",
    "blame orchestrator/docker flavor",
    "blame stack/default orchestrator",
    "blame stack:default",
    "diff 0 --only orchestrator/docker",
    "diff 0 --only stack/default",
    "restore --to now --only orchestrator/docker",
    "audit export --component orchestrator/docker --dry-run",
]


@pytest.fixture
def docker(used: Home) -> Home:
    used.done("orchestrator", "register", "docker", "--flavor=local_docker")
    return used


def test_a_component_is_named_with_its_type(docker: Home) -> None:
    for line in NAMED:
        docker.done(*line.split())


def test_another_type_is_refused(docker: Home) -> None:
    for line in ("orchestrator delete artifact-store/docker", "stack update default -o artifact-store/default"):
        answer = docker.run(*line.split(), check=1)
        assert "of the type artifact store, not orchestrator" in answer.stderr
        assert 'Run "zenml orchestrator list -o name"' in answer.stderr


def test_both_ways_of_blaming_answer_the_same(docker: Home) -> None:
    one = docker.done("blame", "orchestrator", "docker", "flavor", "-o", "json")
    other = docker.done("blame", "orchestrator/docker", "flavor", "-o", "json")
    assert json.loads(one.stdout) == json.loads(other.stdout)


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("blame orchestrator", 2, "orchestrator/NAME"),
        ("blame orchestrater docker", 2, 'Run "zenml blame orchestrator docker".'),
        ("blame orchestrater/docker", 1, "Did you mean 'orchestrator'?"),
        ("blame orchestrator/dokcer", 1, "Did you mean 'docker'?"),
        ("blame orchestrator/docker flavor name", 2, "Give at most one field"),
    ],
)
def test_what_cannot_be_blamed_is_said(docker: Home, line: str, code: int, said: str) -> None:
    assert said in docker.run(*line.split(), check=code).stderr


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("blame orch", ["orchestrator"]),
        ("blame orchestrator/d", ["orchestrator/default", "orchestrator/docker"]),
        ("orchestrator describe orchestrator/do", ["orchestrator/docker"]),
        ("orchestrator describe artifact-store/", [""]),
        ("stack register s -o orchestrator/do", ["orchestrator/docker"]),
        ("stack list -o n", ["name"]),
        ("config -o n", [""]),
    ],
)
def test_it_is_offered(docker: Home, line: str, expected: list[str]) -> None:
    assert offered(docker, line) == expected
