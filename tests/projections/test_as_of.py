"""A look into the past shows what the events up to there say, at every single position."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.ledger.histories import Wanderer, everything
from tests.ledger.lived import Lives
from tests.ledger.machines import Machine
from tests.projections.replay import State, opened, states
from zenml.projections import components, flavors, labels, machine, provisioning, stacks, tokens


@pytest.fixture(params=["everything", 1])
def lived(request: pytest.FixtureRequest, lives: Lives) -> Machine:
    if request.param == "everything":
        return lives("everything", everything)
    return lives(f"sixty of {request.param}", lambda machine: Wanderer(machine, seed=request.param).walk(60))


def _components(state: State) -> dict[str, tuple[Any, ...]]:
    return {key: (*row, state["parameters"][key]) for key, row in state["components"].items()}


def test_the_contents_of_profiles(lived: Machine) -> None:
    ledgers = [ledger_id for (ledger_id,) in lived.query("SELECT ledger_id FROM heads WHERE kind = 'profile'")]
    for ledger_id in ledgers:
        past = states(lived, ledger_id)
        with lived.reading() as database:
            for at, state in [*enumerate(past), (None, past[-1])]:
                found = components.components(database, ledger_id, at=at)
                assert {
                    row.component_id: (row.component_type, row.name, row.flavor, opened(row.settings))
                    for row in found
                } == _components(state)
                assert found == sorted(found, key=lambda row: (row.component_type, row.name))
                of_type = components.components(database, ledger_id, "orchestrator", at=at)
                assert of_type == [row for row in found if row.component_type == "orchestrator"]
                names = {row.component_id: row.name for row in found}
                listed = stacks.stacks(database, ledger_id, at=at)
                assert [row.name for row in listed] == sorted(state["stacks"].values())
                assert {row.stack_id: (row.name, row.component_ids) for row in listed} == {
                    key: (name, state["stack_components"][key]) for key, name in state["stacks"].items()
                }
                for row in listed:
                    assert row.component_names == {k: names[part] for k, part in row.component_ids.items()}
                named = labels.labels(database, ledger_id, at)
                assert {row[0]: tuple(row[1:]) for row in named} == state["labels"]
                own = flavors.flavors(database, ledger_id, "orchestrator", at=at)
                assert {row[0]: tuple(row[1:]) for row in own} == state["flavors"]


def test_the_facts_of_the_machine(lived: Machine) -> None:
    ledger_id = lived.machine_id()
    past = states(lived, ledger_id)
    with lived.reading() as database:
        for at, state in [*enumerate(past), (None, past[-1])]:
            profiles = machine.profiles(database, ledger_id, at)
            assert [row.name for row in profiles] == sorted(row[0] for row in state["profiles"].values())
            assert {
                row.profile_id: (row.name, row.store_type, json.loads(row.url), row.profile_ledger_id)
                for row in profiles
            } == state["profiles"]
            assert machine.active_profile(database, ledger_id, at) == state["active_profile"].get("here")
            assert machine.active_stacks(database, ledger_id, at) == state["active_stacks"]
            assert {
                row.repository_id: (
                    json.loads(row.path),
                    (row.profile_id, row.profile_name),
                    (row.stack_id, row.stack_name) if row.stack_id else None,
                )
                for row in machine.repositories(database, ledger_id, at)
            } == {
                key: (path, (profile["chosen_id"], profile["name"]), _choice(stack))
                for key, (path, profile, stack) in state["repositories"].items()
            }
            made = [row for row in tokens.tokens(database, ledger_id) if at is None or row.since <= at]
            in_force = [row for row in made if row.until is None or (at is not None and at < row.until)]
            assert {row.token_id: row[1:4] for row in in_force} == state["tokens"]
            for component_id in {key for one in past for key in one["provisioning"]}:
                text = provisioning.provisioning(database, ledger_id, component_id, at)
                assert (json.loads(text) if text else None) == state["provisioning"].get(component_id)


def _choice(choice: dict[str, str] | None) -> tuple[str, str] | None:
    return (choice["chosen_id"], choice["name"]) if choice else None


def test_single_things_are_found_as_in_the_list(lived: Machine) -> None:
    ledger_id = lived.profile_ledger()
    with lived.reading() as database:
        for stack in stacks.stacks(database, ledger_id):
            assert stacks.stack(database, ledger_id, stack.name) == stack
            assert stacks.stack_by_id(database, ledger_id, stack.stack_id) == stack
        every = components.components(database, ledger_id)
        for component in every:
            kind, key = component.component_type, component.component_id
            assert components.component(database, ledger_id, kind, component.name) == component
            assert components.component_by_id(database, ledger_id, key) == component
            assert component.name in components.component_names(database, ledger_id, kind)
            assert stacks.stacks_using(database, ledger_id, key) == [
                stack.name for stack in stacks.stacks(database, ledger_id) if stack.component_ids.get(kind) == key
            ]
        assert stacks.stack_names(database, ledger_id) == [row.name for row in stacks.stacks(database, ledger_id)]
        assert stacks.stack(database, ledger_id, "absent") is None
        assert components.component(database, ledger_id, "orchestrator", "absent") is None
        assert components.component_by_id(database, ledger_id, "absent") is None
