"""Copies of components and stacks: within a profile, to another one, to a file and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.documents.fixtures import expected, unpacked
from tests.ledger.machines import Machine
from tests.support.canaries import bytes_below, leaks
from zenml.documents.stack_exports import read_stack_export
from zenml.domain.errors import (
    ComponentClashError,
    ProfileNotFoundError,
    StackComponentExistsError,
    StackComponentNotFoundError,
    StackExistsError,
    StackNotFoundError,
    UnknownSecretError,
)
from zenml.repository import Repository
from zenml.snapshot.exports import stack_export

CANARY = "canary-0815"
STORE = {"host": "h", "database": "d", "password": CANARY}


@pytest.fixture
def here(used: Machine) -> Repository:
    """Two profiles; in ``default`` a stack ``prod`` with a secret in it."""
    repository = used.repository()
    repository.register_component("metadata_store", "db", "mysql", STORE)
    repository.register_component("orchestrator", "docker", "local_docker", {"docker_parent_image": "a"})
    repository.combine_stack(
        "prod", {"artifact_store": "default", "metadata_store": "db", "orchestrator": "docker"}
    )
    repository.create_profile("other")
    return repository


def in_other(machine: Machine) -> Repository:
    repository = machine.repository()
    repository.activate_profile("other")
    return repository


def exported(repository: Repository, folder: Path, name: str = "prod") -> str:
    file = folder / f"{name}.yaml"
    file.write_text(repository.ask(lambda now: stack_export(now, name)), encoding="utf-8")
    return str(file)


def test_a_component_is_copied_with_its_values_and_their_salts(used: Machine, here: Repository) -> None:
    here.copy_stack_component("metadata_store", "db", "db2")
    one, other = (here.get_stack_component("metadata_store", name) for name in ("db", "db2"))
    assert other.parameters == one.parameters
    assert other.uuid != one.uuid
    settings = [row.fields["parameters"] for row in used.events() if row.fields.get("name") in ("db", "db2")]
    assert settings[0] == settings[1]  # what removes a value once finds it in the copy too


def test_in_another_profile_it_is_sealed_anew(used: Machine, here: Repository) -> None:
    here.copy_stack_component("metadata_store", "db", "db", to_profile="other")
    assert in_other(used).get_stack_component("metadata_store", "db").parameters["password"] == CANARY
    keys = [
        row.fields["parameters"]["password"]["key_id"] for row in used.events() if row.fields.get("name") == "db"
    ]
    assert len(set(keys)) == 2
    assert used.repository().describe_component("metadata_store", "db").parameters["password"] == "***"


def test_a_component_is_fetched_from_another_profile(used: Machine, here: Repository) -> None:
    in_other(used).copy_stack_component("orchestrator", "docker", "mine", from_profile="default")
    assert used.repository().get_stack_component("orchestrator", "mine").parameters == {"docker_parent_image": "a"}


@pytest.mark.parametrize(
    ("source", "target", "origin", "destination", "error"),
    [
        ("nope", "x", None, None, StackComponentNotFoundError),
        ("db", "default", None, None, StackComponentExistsError),
        ("db", "default", None, "other", StackComponentExistsError),
        ("db", "x", "nope", None, ProfileNotFoundError),
        ("db", "x", None, "nope", ProfileNotFoundError),
        ("db", "x", "other", None, StackComponentNotFoundError),
    ],
)
def test_a_copy_of_a_component_that_cannot_be_changes_nothing(
    used: Machine,
    here: Repository,
    source: str,
    target: str,
    origin: str | None,
    destination: str | None,
    error: type[Exception],
) -> None:
    before = used.tables()
    with pytest.raises(error):
        here.copy_stack_component("metadata_store", source, target, from_profile=origin, to_profile=destination)
    assert used.tables() == before


def test_a_component_without_its_code_is_copied_all_the_same(
    used: Machine, here: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(used.base)
    own = used.base / "vanishing_flavor.py"
    own.write_text(
        "from zenml.orchestrators import BaseOrchestrator\n"
        "class Own(BaseOrchestrator):\n    FLAVOR = 'own'\n    size: int = 1\n"
    )
    here.register_flavor("orchestrator", "vanishing_flavor.Own")
    here.register_component("orchestrator", "mine", "own", {"size": "2"})
    here.combine_stack(
        "theirs", {"artifact_store": "default", "orchestrator": "mine", "metadata_store": "default"}
    )
    own.unlink()
    import sys

    del sys.modules["vanishing_flavor"]
    here.copy_stack_component("orchestrator", "mine", "mine2")
    here.copy_stack("theirs", "theirs", to_profile="other")
    assert here.describe_component("orchestrator", "mine2").parameters == {"size": 2}
    assert "flavor: own" in here.ask(lambda now: stack_export(now, "theirs"))
    here.undo()
    here.undo()
    assert [it.name for it in here.list_components("orchestrator")] == ["default", "docker", "mine"]


def test_a_stack_is_copied_within_its_profile(used: Machine, here: Repository) -> None:
    here.copy_stack("prod", "second")
    assert here.stack_configurations["second"] == here.stack_configurations["prod"]
    with pytest.raises(StackExistsError):
        here.copy_stack("prod", "second")
    with pytest.raises(StackNotFoundError):
        here.copy_stack("nope", "third")


def test_a_stack_takes_its_components_along(used: Machine, here: Repository) -> None:
    change = here.copy_stack("prod", "theirs", to_profile="other")
    assert change is not None
    assert here.active_profile_name == "default"
    other = in_other(used)
    assert other.stack_configurations["theirs"] == {
        "artifact_store": "default",  # what differs is only where each keeps its own data
        "metadata_store": "db",
        "orchestrator": "docker",
    }
    assert other.get_stack_component("metadata_store", "db").parameters["password"] == CANARY
    assert len(other.list_components("artifact_store")) == 1
    other.undo(change.letters)
    assert list(in_other(used).stack_configurations) == ["default"]


def test_another_component_of_the_same_name_is_in_its_way(used: Machine, here: Repository) -> None:
    other = in_other(used)
    other.register_component("orchestrator", "docker", "local_docker", {"docker_parent_image": "b"})
    before = used.tables()
    with pytest.raises(ComponentClashError, match="Orchestrator 'docker' already exists"):
        other.copy_stack("prod", "theirs", from_profile="default")
    assert used.tables() == before
    renames = {"orchestrator/docker": "docker two"}
    other.copy_stack("prod", "theirs", from_profile="default", renames=renames)
    assert other.stack_configurations["theirs"]["orchestrator"] == "docker two"


def test_an_export_has_no_secret_and_says_when_it_was_taken(used: Machine, here: Repository) -> None:
    file = exported(here, used.base)
    assert leaks(CANARY, {file: Path(file).read_bytes()}) == []
    newest = here.history(stack="prod", limit=1)[0]
    assert f"change: {newest.letters}" in Path(file).read_text("utf-8")
    assert leaks(CANARY, bytes_below(used.config)) == []


def test_what_was_exported_is_imported_under_another_name(used: Machine, here: Repository) -> None:
    document = read_stack_export(exported(here, used.base))
    change = here.import_stack(document, "again")
    assert change is not None
    assert change.kind == "import"
    assert here.stack_configurations["again"] == here.stack_configurations["prod"]
    with pytest.raises(StackExistsError):
        here.import_stack(document)


def test_a_secret_that_is_not_known_has_to_be_given(used: Machine, here: Repository) -> None:
    document = read_stack_export(exported(here, used.base))
    other = in_other(used)
    with pytest.raises(UnknownSecretError) as caught:
        other.import_stack(document)
    assert (caught.value.component_type, caught.value.name) == ("metadata_store", "db")
    assert caught.value.parameter == "password"
    assert list(other.stack_configurations) == ["default"]


def test_a_place_of_another_machine_is_not_taken_over(used: Machine, here: Repository) -> None:
    text = here.ask(lambda now: stack_export(now, "prod")).replace(str(used.config), "/home/ann/.config/zenml")
    file = used.base / "prod.yaml"
    file.write_text(text.replace("name: default", "name: data").replace('password: "***"', "password: x"))
    document = read_stack_export(str(file))
    other = in_other(used)
    other.import_stack(document)
    path = Path(other.get_stack_component("artifact_store", "data").parameters["path"])
    assert path.parent == used.config / "local_stores"


def test_stacks_that_zenml_exported_are_imported(used: Machine) -> None:
    work = expected("config_yaml")["profiles"]["work"]
    here = used.repository()
    here.register_component("artifact_store", "mine", "local", {})  # so that its flavor need not be known
    for file in sorted((unpacked("exports", used.base) / "export").iterdir()):
        document = read_stack_export(str(file))
        (stack,) = document.stacks
        if stack.name in ("Custom 🚀 flavor", "default"):
            continue  # of a flavor of one's own; taken already
        here.import_stack(document)
        assert here.stack_configurations[stack.name] == work["stacks"][stack.name]
        for component in document.components:
            found = here.get_stack_component(component.type, component.name).parameters
            told = {key: value for key, value in component.parameters.items() if "local_stores" not in str(value)}
            assert json.loads(json.dumps({key: found[key] for key in told})) == told, component.name
