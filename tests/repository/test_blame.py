"""Who gave a field its value: the author, through every undo, redo and restore."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ledger.histories import PARTS, SECRET, Wanderer
from tests.ledger.machines import Machine
from zenml.domain.errors import InvalidValueError, StackComponentNotFoundError, StackNotFoundError
from zenml.ledger.change import Change
from zenml.repository import Repository


def path(here: Repository, value: str) -> str:
    change = here.update_component("artifact_store", "s", {"path": value})
    assert change is not None
    return change.change_id


def told(here: Repository, **more: Any) -> list[tuple[Any, ...]]:
    lines = here.blame("artifact_store", "s", "path", **more)
    return [
        (
            it.value,
            it.author.change_id,
            it.put_back_by and it.put_back_by.change_id,
            it.ended_by and it.ended_by.change_id,
        )
        for it in lines
    ]


def made(change: Change | None) -> str:
    assert change is not None
    return change.change_id


@pytest.fixture
def here(used: Machine) -> Repository:
    here = used.repository()
    here.register_component("artifact_store", "s", "local", {"path": "/one"})
    return here


def test_the_last_change_of_each_field(here: Repository) -> None:
    first = here.history(limit=1)[0].change_id
    second = path(here, "/two")
    renamed = made(here.rename_component("artifact_store", "s", "t"))
    found = {it.field: (it.value, it.author.change_id, it.put_back_by) for it in here.blame("artifact_store", "t")}
    assert found == {
        "name": ("t", renamed, None),
        "flavor": ("local", first, None),
        "path": ("/two", second, None),
    }


def test_through_undo_and_redo_to_the_author(here: Repository) -> None:
    first = here.history(limit=1)[0].change_id
    second = path(here, "/two")
    undo = made(here.undo())
    assert told(here) == [("/one", first, undo, None)]
    redo = made(here.redo())
    assert told(here) == [("/two", second, redo, None)]
    third = path(here, "/three")
    both = made(here.undo(count=2))
    assert told(here) == [("/one", first, both, None)]
    assert told(here, every=True) == [
        ("/one", first, both, None),
        ("/three", third, None, both),
        ("/two", second, redo, third),
        ("/one", first, undo, redo),
        ("/two", second, None, undo),
        ("/one", first, None, second),
    ]


def test_the_same_value_typed_again_has_another_author(here: Repository) -> None:
    first = here.history(limit=1)[0].change_id
    second = path(here, "/two")
    again = path(here, "/one")
    assert told(here) == [("/one", again, None, None)]
    undo = made(here.undo(count=2))
    assert told(here) == [("/one", again, None, None)] or told(here) == [("/one", first, undo, None)]
    assert second


def test_through_a_deletion_and_a_restore(here: Repository) -> None:
    first = here.history(limit=1)[0]
    here.deregister_stack_component("artifact_store", "s")
    undo = made(here.undo())
    assert told(here) == [("/one", first.change_id, undo, None)]
    path(here, "/two")
    restored = made(here.restore(first.letters))
    assert told(here) == [("/one", first.change_id, restored, None)]


def test_a_stack_and_its_components(here: Repository) -> None:
    stack = made(here.combine_stack("prod", PARTS))
    updated = made(here.update_stack("prod", {"artifact_store": "s"}))
    here.rename_component("artifact_store", "s", "t")
    found = {it.field: (it.value, it.author.change_id) for it in here.blame("stack", "prod", own=True)}
    assert found == {
        "name": ("prod", stack),
        "artifact_store": ("t", updated),
        "metadata_store": ("default", stack),
        "orchestrator": ("default", stack),
    }
    assert [it.value for it in here.blame("stack", "prod", "artifact-store", every=True)] == ["t", "default"]


def test_at_a_point_what_came_later_has_not_happened(here: Repository) -> None:
    first = here.history(limit=1)[0]
    path(here, "/two")
    here.update_component("artifact_store", "s", {}, remove=[])
    then = here.at(first.letters)
    (line,) = then.blame("artifact_store", "s", "path", every=True)
    assert (line.value, line.author.change_id, line.ended_by) == ("/one", first.change_id, None)


def test_a_thing_that_is_gone_has_a_history(here: Repository) -> None:
    gone = made(here.deregister_stack_component("artifact_store", "s"))
    with pytest.raises(StackComponentNotFoundError):
        here.blame("artifact_store", "s")
    assert [row[3] for row in told(here, every=True)] == [gone]


def test_what_is_not_there_is_named(here: Repository) -> None:
    with pytest.raises(StackNotFoundError):
        here.blame("stack", "nope")
    with pytest.raises(InvalidValueError, match="has no 'paht'") as caught:
        here.blame("artifact_store", "s", "paht")
    assert "Did you mean 'path'" in caught.value.hint


def test_secrets_stay_stars(used: Machine) -> None:
    here = used.repository()
    given = {"host": "h", "database": "d", "username": "u", "password": SECRET}
    here.register_component("metadata_store", "m", "mysql", given)
    here.update_component("metadata_store", "m", {"password": f"{SECRET}!"})
    assert {it.value for it in here.blame("metadata_store", "m", "password", every=True)} == {"***"}


def test_everything_that_is_has_an_author(machine: Machine) -> None:
    walker = Wanderer(machine, seed=5)
    walker.walk(40)
    here, asked = walker.here, 0
    for component in here.list_components("orchestrator"):
        for line in here.blame("orchestrator", component.name):
            assert line.author.kind not in ("undo", "redo", "restore")
            assert (
                line.value
                == {"name": component.name, "flavor": component.flavor, **component.parameters}[line.field]
            )
            asked += 1
    for stack in here.list_stacks():
        for line in here.blame("stack", stack.name, own=True):
            assert line.author.kind not in ("undo", "redo", "restore")
            assert line.value == {"name": stack.name, **stack.components}[line.field]
            asked += 1
    assert asked > 10


def test_a_stack_is_told_with_what_its_components_are_made_of(used: Machine) -> None:
    here = used.repository()
    here.register_component("artifact_store", "s", "local", {"path": "/data/a"})
    here.combine_stack("prod", {**PARTS, "artifact_store": "s"})
    with here.change(reason="the disk is full"):
        here.update_component("artifact_store", "s", {"path": "/data/b"})
    told = {line.field: (line.value, line.author.reason) for line in here.blame("stack", "prod")}
    assert told["artifact_store.path"] == ("/data/b", "the disk is full")
    assert [line.field for line in here.blame("stack", "prod", own=True)] == [
        *("name", "artifact_store", "metadata_store", "orchestrator")
    ]


def test_the_newest_values_alone(here: Repository) -> None:
    for value in ("/two", "/three"):
        path(here, value)
    values = told(here, every=True)
    assert [value for value, *_ in values] == ["/three", "/two", "/one"]
    assert told(here, every=True, limit=2) == values[:2]
    assert told(here, every=True, limit=9) == values
    assert told(here, limit=2) == values[:1]  # what it is now is one value
