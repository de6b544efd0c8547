"""The methods of ZenML's `Repository` that take objects where ours take names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.ledger.machines import Machine
from tests.repository.repositories import here, project
from zenml.container_registries import DefaultContainerRegistry
from zenml.exceptions import (
    FlavorImportError,
    FlavorNotFoundError,
    NotAllowedError,
    RepositoryExistsError,
    StackComponentExistsError,
    StackComponentNotFoundError,
    StackExistsError,
    StackNotFoundError,
)
from zenml.orchestrators import LocalDockerOrchestrator, LocalOrchestrator
from zenml.repository import Repository
from zenml.stack import Stack

__all__ = ["here", "project"]


def docker(name: str, image: str | None = None) -> LocalDockerOrchestrator:
    return LocalDockerOrchestrator(name=name, docker_parent_image=image)


def test_a_component_becomes_like_another_and_stays_itself(used: Machine) -> None:
    repository = used.repository()
    repository.register_stack_component(docker("a", "python:3.11"))
    before = repository.get_stack_component("orchestrator", "a")
    repository.update_stack_component("a", "orchestrator", docker("b"))
    after = repository.get_stack_component("orchestrator", "b")
    assert (after.uuid, after.parameters) == (before.uuid, {})
    repository.update_stack_component("b", "orchestrator", docker("b", "python:3.12"))
    assert repository.get_stack_component("orchestrator", "b").parameters == {"docker_parent_image": "python:3.12"}
    repository.undo()
    repository.undo()
    assert repository.get_stack_component("orchestrator", "a") == before


def test_a_component_does_not_become_what_it_cannot(used: Machine) -> None:
    repository = used.repository()
    repository.register_stack_component(docker("a"))
    for component, error in (
        (LocalOrchestrator(name="a"), NotAllowedError),
        (docker("default"), StackComponentExistsError),
    ):
        with pytest.raises(error):
            repository.update_stack_component("a", "orchestrator", component)
    with pytest.raises(StackComponentNotFoundError):
        repository.update_stack_component("nope", "orchestrator", docker("b"))
    assert [it.name for it in repository.list_components("orchestrator")] == ["a", "default"]


def test_a_stack_becomes_like_another_and_stays_itself(used: Machine) -> None:
    repository = used.repository()
    store = repository.get_stack_component("artifact_store", "default")
    registry = DefaultContainerRegistry(name="images", uri="localhost:5000")
    repository.register_stack(
        Stack("dev", orchestrator=docker("a"), artifact_store=store, container_registry=registry)
    )
    before = repository.get_stack("dev").uuid
    change = repository.update_stack("dev", Stack("prod", orchestrator=docker("b"), artifact_store=store))
    assert change is not None
    assert repository.get_stack("prod").uuid == before
    assert repository.stack_configurations["prod"] == {
        "artifact_store": "default",
        "metadata_store": "default",
        "orchestrator": "b",
    }
    repository.undo()
    assert repository.stack_configurations["dev"]["container_registry"] == "images"
    assert [it.name for it in repository.list_components("orchestrator")] == ["a", "default"]
    with pytest.raises(StackNotFoundError):
        repository.update_stack("nope", repository.active_stack)
    with pytest.raises(StackExistsError):
        repository.update_stack("dev", Stack("default", orchestrator=docker("c"), artifact_store=store))
    assert [it.name for it in repository.list_components("orchestrator")] == ["a", "default"]


def test_repositories_are_found_and_changed(used: Machine) -> None:
    folder = used.folder("project")
    assert not Repository.is_repository_directory(folder)
    assert Repository.find_repository(folder) is None
    repository = Repository.get_instance()
    assert repository.root is None
    os.chdir(folder)
    assert repository.initialize() is not None
    inner = folder / "inner"
    inner.mkdir()
    assert Repository.is_repository_directory(folder)
    assert Repository.find_repository(inner) == folder
    repository.activate_root(inner)
    assert repository.root == folder
    with pytest.raises(RepositoryExistsError):
        repository.initialize(folder)
    repository.activate_root(used.base)
    assert repository.root is None


def test_flavors_are_given_as_classes(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(used.base)
    repository = used.repository()
    assert repository.get_flavor("local_docker", "orchestrator") is LocalDockerOrchestrator
    with pytest.raises(FlavorNotFoundError):
        repository.get_flavor("nope", "orchestrator")
    own = Path("vanished_flavor.py")
    own.write_text(
        "from zenml.orchestrators import BaseOrchestrator\nclass Own(BaseOrchestrator):\n    FLAVOR = 'own'\n"
    )
    repository.register_flavor("orchestrator", "vanished_flavor.Own")
    assert [it.name for it in repository.list_flavors("orchestrator") if it.custom] == ["own"]
    own.unlink()
    import sys

    del sys.modules["vanished_flavor"]
    with pytest.raises(FlavorImportError) as caught:
        repository.get_flavor("own", "orchestrator")
    assert isinstance(caught.value, ImportError)
    assert [it.name for it in repository.list_flavors("orchestrator") if it.custom] == ["own"]
    repository.delete_flavor("orchestrator", "own")
    assert not any(it.custom for it in repository.list_flavors("orchestrator"))
