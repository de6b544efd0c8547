"""`repository.change()`: everything inside is one change, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from tests.ledger.machines import Machine
from tests.repository.repositories import PARTS, chosen, file_of
from zenml.application.stacks import register_stack
from zenml.artifact_stores import LocalArtifactStore
from zenml.domain.errors import (
    LedgerError,
    NotAllowedError,
    ProfileExistsError,
    StackComponentExistsError,
    StackExistsError,
)
from zenml.orchestrators import LocalOrchestrator
from zenml.repository import Repository
from zenml.stack import Stack


class StoppedError(Exception):
    """What goes wrong in these tests."""


def stack(name: str, machine: Machine, orchestrator: LocalOrchestrator | None = None) -> Stack:
    store = LocalArtifactStore(name=name, path=str(machine.base / "artifacts"))
    return Stack(name=name, orchestrator=orchestrator or LocalOrchestrator(name=name), artifact_store=store)


def test_all_of_it_is_one_change_with_its_reason(used: Machine) -> None:
    repository = used.repository()
    with repository.change(reason="the new team") as work:
        repository.register_stack(stack("local", used))
        repository.rename_stack("local", "theirs")
        repository.create_profile("team")
        repository.activate_stack("theirs")
    first, *others = repository.history(everything=True)
    assert work.recorded is not None
    assert (first.change_id, first.reason, first.kind) == (work.recorded.change_id, "the new team", "change")
    assert [it.kind for it in others] == ["init"]
    assert chosen(used) == ("default", "theirs")
    repository.undo()
    assert chosen(used) == ("default", "default")
    assert list(repository.stack_configurations) == ["default"]
    assert [it.name for it in repository.profiles] == ["default"]


def test_an_exception_leaves_nothing_of_it(here: Machine, project: Path) -> None:
    before, text = here.tables(), file_of(project).read_bytes()
    repository = here.repository(project)

    def stopped() -> None:
        with repository.change():
            repository.combine_stack("new", PARTS)
            repository.activate_stack("new")
            repository.activate_profile("team")
            repository.initialize(here.folder("elsewhere"))
            raise StoppedError

    with pytest.raises(StoppedError):
        stopped()
    assert here.tables() == before
    assert file_of(project).read_bytes() == text
    assert [path.name for path in (project / ".zen").iterdir()] == ["config.yaml"]
    assert list((here.base / "elsewhere").iterdir()) == []
    assert repository.combine_stack("new", PARTS) is not None  # and the repository can still be used


def test_inside_one_sees_what_one_did_and_nobody_else_does(here: Machine, project: Path) -> None:
    repository, onlooker = here.repository(project), here.repository(project)
    with repository.change():
        assert repository.combine_stack("new", PARTS) is None  # there is no change to return yet
        repository.activate_stack("new")
        repository.register_component("orchestrator", "mine", "local", {})
        assert "new" in repository.stack_configurations
        assert repository.active_stack_name == "new"
        assert repository.active_stack.orchestrator.name == "default"
        assert repository.get_stack_component("orchestrator", "mine").name == "mine"
        assert "new" not in onlooker.stack_configurations
        assert onlooker.active_stack_name == "other"
    assert onlooker.active_stack_name == "new"


@pytest.mark.parametrize("inside", [False, True], ids=["on the machine", "in a repository"])
def test_a_change_goes_on_in_the_profile_it_activates(here: Machine, project: Path, inside: bool) -> None:
    repository = here.repository(project if inside else None)
    with repository.change():
        repository.activate_profile("team")
        repository.combine_stack("new", PARTS)
        repository.rename_component("orchestrator", "default", "theirs")
        repository.activate_stack("new")
    assert chosen(here, project if inside else None) == ("team", "new")
    assert repository.active_stack.orchestrator.name == "theirs"
    repository.activate_profile("default")
    assert "new" not in repository.stack_configurations
    assert repository.active_stack.orchestrator.name == "default"


def test_a_change_inside_a_change_is_the_same_one(used: Machine) -> None:
    repository = used.repository()
    with repository.change(reason="outer") as outer:
        with repository.change(reason="inner") as inner:
            repository.combine_stack("new", PARTS)
        assert inner is outer
        assert outer.recorded is None
    assert [it.reason for it in repository.history(limit=1)] == ["outer"]


def test_what_is_refused_inside_and_caught_leaves_nothing_of_itself(used: Machine) -> None:
    repository = used.repository()
    with repository.change() as work:
        repository.combine_stack("new", PARTS)
        with pytest.raises(StackExistsError):
            repository.register_stack(stack("new", used))
        with pytest.raises(LedgerError):
            repository.combine_stack("another", {**PARTS, "orchestrator": "nope"})
        with pytest.raises(ProfileExistsError):
            repository.create_profile("default")
    assert work.recorded is not None
    assert [event.TOPIC for event in work.recorded.events] == ["zenml:StackRegistered"]
    assert [it.name for it in repository.list_components("orchestrator")] == ["default"]


def test_nothing_inside_is_no_change(used: Machine) -> None:
    before = used.tables()
    with used.repository().change(reason="none") as work:
        pass
    assert work.recorded is None
    assert used.repository().activate_stack("default") is None
    assert used.tables() == before


def test_afterwards_it_is_over(used: Machine) -> None:
    with used.repository().change() as work:
        pass
    with pytest.raises(NotAllowedError, match="over"):
        register_stack(work, "late", PARTS)


@pytest.mark.parametrize(
    ("act", "what"),
    [
        (lambda it: it.undo(), "An undo"),
        (lambda it: it.redo(), "A redo"),
        (lambda it: it.move_profile("default", "local"), "A move"),
        (lambda it: it.rebuild(), "A rebuild"),
    ],
    ids=["undo", "redo", "move", "rebuild"],
)
def test_what_needs_a_change_of_its_own_is_refused_inside_one(
    used: Machine, act: Callable[[Repository], object], what: str
) -> None:
    repository = used.repository()
    repository.combine_stack("before", PARTS)
    with repository.change():
        repository.combine_stack("new", PARTS)
        with pytest.raises(NotAllowedError, match=f"^{what} is not possible inside"):
            act(repository)
    assert {"before", "new"} <= repository.stack_configurations.keys()


# --- objects of one's own -------------------------------------------------------------------------


def test_a_stack_of_new_components_registers_them(used: Machine) -> None:
    made = stack("local", used)
    used.repository().register_stack(made)
    found = used.repository().get_stack("local")
    assert found.orchestrator.uuid == made.orchestrator.uuid
    assert found.artifact_store.uuid == made.artifact_store.uuid
    assert found.components["metadata_store"].name == "default"
    assert found.artifact_store.parameters["path"] == str(used.base / "artifacts")


def test_a_stack_takes_components_that_are_registered_already(used: Machine) -> None:
    repository = used.repository()
    registered = repository.get_stack("default").orchestrator
    assert isinstance(registered, LocalOrchestrator)
    repository.register_stack(stack("local", used, registered))
    assert repository.get_stack("local").orchestrator.uuid == registered.uuid
    assert [it.name for it in repository.list_components("orchestrator")] == ["default"]


def test_another_component_of_the_same_name_is_refused(used: Machine) -> None:
    before = used.tables()
    with pytest.raises(StackComponentExistsError, match="default"):
        used.repository().register_stack(stack("local", used, LocalOrchestrator(name="default", uuid=uuid4())))
    assert used.tables() == before


def test_secrets_come_back_in_objects_and_are_stars_in_lists(used: Machine) -> None:
    repository = used.repository()
    values = {"host": "h", "database": "d", "username": "u", "password": "hunter2"}
    repository.register_component("metadata_store", "db", "mysql", values)
    assert repository.get_stack_component("metadata_store", "db").parameters["password"] == "hunter2"
    assert "hunter2" not in str(repository.list_components("metadata_store"))


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (lambda it: it.get_stack("nope"), KeyError),
        (lambda it: it.get_stack_component("orchestrator", "nope"), KeyError),
        (lambda it: it.activate_stack("nope"), KeyError),
        (lambda it: it.activate_profile("nope"), KeyError),
        (lambda it: it.delete_profile("nope"), KeyError),
        (lambda it: it.deregister_stack("nope"), KeyError),
        (lambda it: it.rename_component("orchestrator", "nope", "new"), KeyError),
        (lambda it: it.register_component("orchestrator", "new", "nope", {}), KeyError),
        (lambda it: it.undo("zzzz"), KeyError),
        (lambda it: it.deregister_stack("default"), ValueError),
        (lambda it: it.deregister_stack_component("orchestrator", "default"), ValueError),
        (lambda it: it.delete_profile("default"), ValueError),
        (lambda it: it.rename_stack("default", "a/b"), ValueError),
        (lambda it: it.create_profile("new", store_type="nope"), ValueError),
    ],
)
def test_mistakes_are_the_exceptions_python_expects_and_change_nothing(
    used: Machine, act: Callable[[Repository], object], expected: type[Exception]
) -> None:
    before = used.tables()
    with pytest.raises(expected) as raised:
        act(used.repository())
    assert isinstance(raised.value, LedgerError)
    assert str(raised.value) == raised.value.message  # a KeyError would show it in quotes
    assert used.tables() == before
