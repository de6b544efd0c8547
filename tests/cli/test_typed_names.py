"""``KIND/NAME`` names a thing wherever one is named, and is offered by the TAB key."""

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
    "audit export --stack stack/default --dry-run",
    "stack describe stack/default",
    "stack describe stack/default --at now",
    "stack set stack/default",
    "stack register stack/new -a default -o docker --dry-run",
    "stack update stack/default -o docker --dry-run",
    "stack remove-component stack/second -c --dry-run",
    "stack rename stack/second stack/third --dry-run",
    "stack delete stack/second --dry-run",
    "stack copy stack/second stack/third --dry-run",
    "stack copy second third --from profile/default --to profile/team --dry-run",
    "orchestrator copy docker docker --from profile/default --to profile/team --dry-run",
    "stack export stack/second -",
    "blame stack stack/default",
    "history --stack stack/second",
    "history --profile profile/team",
    "profile describe profile/team",
    "profile describe profile/team --at now",
    "profile set profile/default",
    "profile create profile/new --dry-run",
    "profile rename profile/team profile/crew --dry-run",
    "profile delete profile/team --dry-run",
    "profile export profile/team",
    "diff profile/default profile/team",
    "label label/v2 --dry-run",
    "label set label/v2 label/v1 --dry-run",
    "label delete label/v1 --dry-run",
    "show label/v1",
    "history --at label/v1",
    "restore --to label/v1 --dry-run",
]


def begun(home: Home) -> Home:
    """Makes one of each kind of things."""
    home.done("orchestrator", "register", "docker", "--flavor=local_docker")
    home.done("container-registry", "register", "hub", "--flavor=default", "--uri=gcr.io/x")
    home.done("stack", "register", "second", "-a", "default", "-o", "default", "-c", "hub")
    home.done("profile", "create", "team")
    home.done("label", "v1")
    return home


@pytest.fixture(scope="module")
def docker(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A machine with one of each kind of things, in which tests change nothing."""
    return begun(Home(tmp_path_factory.mktemp("docker").resolve()))


def test_a_component_is_named_with_its_type(home: Home) -> None:
    begun(home)
    for line in NAMED:
        home.done(*line.split())


def test_another_type_is_refused(docker: Home) -> None:
    for line in ("orchestrator delete artifact-store/docker", "stack update default -o artifact-store/default"):
        answer = docker.run(*line.split(), check=1)
        assert "of the type artifact store, not orchestrator" in answer.stderr
        assert 'Run "zenml orchestrator list -o name"' in answer.stderr


def test_what_is_made_has_the_name_alone(home: Home) -> None:
    docker = begun(home)
    docker.done("stack", "register", "stack/new", "-a", "default", "-o", "docker")
    docker.done("stack", "rename", "stack/new", "stack/newer")
    docker.done("stack", "copy", "stack/newer", "stack/newest")
    docker.done("profile", "create", "profile/mine")
    docker.done("label", "label/v2")
    docker.done("stack", "export", "stack/newer")
    docker.done("stack", "import", "stack/back", "-f", "newer.yaml")
    answers = {
        noun: json.loads(docker.done(noun, "list", "-o", "json").stdout) for noun in ("stack", "profile", "label")
    }
    stacks = ["back", "default", "newer", "newest", "second"]
    assert sorted(it["name"] for it in answers["stack"]["stacks"]) == stacks
    assert sorted(it["name"] for it in answers["profile"]["profiles"]) == ["default", "mine", "team"]
    assert [it["label"] for it in answers["label"]["labels"]] == ["v1", "v2"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("stack describe profile/team", "'profile/team' names a profile, not a stack."),
        ("stack describe profile/team --at now", "'profile/team' names a profile, not a stack."),
        ("stack delete orchestrator/docker --yes", "names a component of the type orchestrator, not a stack."),
        ("orchestrator delete stack/second", "names a stack, not a component of the type orchestrator."),
        ("profile set stack/second", "'stack/second' names a stack, not a profile."),
        ("label delete profile/team", "'profile/team' names a profile, not a label."),
        ("history --stack profile/team", "'profile/team' names a profile, not a stack."),
    ],
)
def test_another_kind_is_refused(docker: Home, line: str, said: str) -> None:
    answer = docker.run(*line.split(), check=1)
    assert said in answer.stderr, answer.report()
    assert "list -o name" in answer.stderr


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
        ("stack describe stack/", ["stack/default", "stack/second"]),
        ("stack describe s", ["second"]),
        ("profile set profile/t", ["profile/team"]),
        ("label delete label/", ["label/v1"]),
        ("show label/v", ["label/v1"]),
        ("diff profile/t", ["profile/team"]),
        ("config -o n", [""]),
    ],
)
def test_it_is_offered(docker: Home, line: str, expected: list[str]) -> None:
    assert offered(docker, line) == expected
