"""What is different between two runs, and which changes are named for it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.ledger.machines import Machine
from tests.runs.past_runs import ran
from zenml.repository import Repository
from zenml.runs.looking.differences import RunComparison

TOKEN = "tracking_token"


@pytest.fixture
def here(machine: Machine) -> Repository:
    repository = machine.repository()
    repository.register_component("artifact_store", "data", "local", {"path": "/data/one"})
    repository.combine_stack("prod", {"artifact_store": "data", "orchestrator": "default"})
    repository.combine_stack("spare", {"artifact_store": "default", "orchestrator": "default"})
    return repository


def _why(machine: Machine, reason: str) -> Repository:
    return Repository(notify=lambda sentence: None, reason=reason)


def _named(comparison: RunComparison) -> list[tuple[str, str | None, list[str]]]:
    """Returns what each change did, why, and of which fields the difference is its doing."""
    return [
        (cause.change.told, cause.change.reason, [f"{one.thing}.{one.field}" for one in cause.differences])
        for cause in comparison.changes
    ]


def test_a_change_between_is_named_with_who_made_it_and_why(here: Repository, machine: Machine) -> None:
    first = ran(here, "prod")
    _why(machine, "OPS-7").update_component("artifact_store", "data", {"path": "/data/two"})
    second = ran(here, "prod")
    comparison = here.compare_runs(first, second)
    (difference,) = comparison.configuration
    assert (difference.thing, difference.field, difference.old, difference.new) == (
        "artifact-store/data",
        "path",
        "/data/one",
        "/data/two",
    )
    assert _named(comparison) == [
        ("set path of artifact store 'data'", "OPS-7", ["artifact-store/data.path"]),
    ]
    assert comparison.changes[0].change.actor == here.history(limit=1)[0].actor
    back = here.compare_runs(second, first)  # the same change, whichever run is named first
    assert (back.configuration[0].old, back.configuration[0].new) == ("/data/two", "/data/one")
    assert _named(back) == _named(comparison)


def test_an_unrelated_change_between_makes_no_difference(here: Repository) -> None:
    first = ran(here, "prod")
    here.update_stack("spare", {"artifact_store": "data"})
    here.register_component("orchestrator", "other", "local", {})
    second = ran(here, "prod")
    comparison = here.compare_runs(first, second)
    assert comparison.configuration == [] == comparison.changes
    assert not comparison.is_set_anew
    assert comparison.document()["configuration"] == {"same": True, "set_anew": False, "differences": []}


def test_what_was_undone_in_between_is_not_named(here: Repository) -> None:
    first = ran(here, "prod")
    here.update_component("artifact_store", "data", {"path": "/wrong"})
    here.undo()
    assert here.compare_runs(first, ran(here, "prod")).configuration == []
    here.update_component("artifact_store", "data", {"path": "/data/two"})
    here.update_component("artifact_store", "data", {"path": "/wrong"})
    here.undo()
    comparison = here.compare_runs(first, ran(here, "prod"))
    assert _named(comparison) == [("set path of artifact store 'data'", None, ["artifact-store/data.path"])]
    assert comparison.configuration[0].new == "/data/two"
    assert comparison.changes[0].change.undone_by is None


def test_an_undo_of_what_was_before_is_named_itself(here: Repository, machine: Machine) -> None:
    here.update_component("artifact_store", "data", {"path": "/data/two"})
    first = ran(here, "prod")
    _why(machine, "it was wrong").undo()
    comparison = here.compare_runs(first, ran(here, "prod"))
    ((told, reason, fields),) = _named(comparison)
    assert told.startswith("undo ")
    assert (reason, fields) == ("it was wrong", ["artifact-store/data.path"])


def test_what_was_redone_is_named_by_the_change_that_was_made_at_first(here: Repository) -> None:
    first = ran(here, "prod")
    here.update_component("artifact_store", "data", {"path": "/data/two"})
    here.undo()
    here.redo()
    comparison = here.compare_runs(first, ran(here, "prod"))
    assert _named(comparison) == [("set path of artifact store 'data'", None, ["artifact-store/data.path"])]


def test_a_value_that_was_set_again_to_what_it_was_is_the_same_and_said(here: Repository) -> None:
    first = ran(here, "prod")
    here.update_component("artifact_store", "data", {"path": "/data/two"})
    here.update_component("artifact_store", "data", {"path": "/data/one"})
    comparison = here.compare_runs(first, ran(here, "prod"))
    assert comparison.configuration == []
    assert comparison.is_set_anew


def test_a_secret_that_was_set_anew_is_named_without_its_value(here: Repository) -> None:
    settings = {"tracking_uri": "https://ml.example.com", TOKEN: "hunter2"}
    here.register_component("experiment_tracker", "tracker", "mlflow", settings)
    here.update_stack("prod", {"experiment_tracker": "tracker"})
    first = ran(here, "prod")
    here.update_component("experiment_tracker", "tracker", {TOKEN: "hunter3"})
    comparison = here.compare_runs(first, ran(here, "prod"))
    (difference,) = comparison.configuration
    assert (difference.field, difference.hidden, difference.old) == (TOKEN, True, difference.new)
    assert len(comparison.changes) == 1
    assert "hunter" not in str(comparison.document())


def test_names_are_different_by_themselves(here: Repository) -> None:
    first = ran(here, "prod")
    here.rename_stack("prod", "live")
    here.rename_component("artifact_store", "data", "store")
    comparison = here.compare_runs(first, ran(here, "live"))
    fields = {(one.thing, one.field, one.old, one.new) for one in comparison.configuration}
    assert fields >= {("stack/live", "name", "prod", "live"), ("artifact-store/store", "name", "data", "store")}
    assert [told for told, *_ in _named(comparison)] == [
        "rename artifact store 'data' to 'store'",
        "rename stack 'prod' to 'live'",
    ]
    assert not comparison.is_set_anew


def test_another_component_is_named_by_the_change_that_put_it_into_the_stack(here: Repository) -> None:
    first = ran(here, "prod")
    here.update_stack("prod", {"artifact_store": "default"})
    comparison = here.compare_runs(first, ran(here, "prod"))
    assert {one.thing for one in comparison.configuration} == {
        "stack/prod",
        "artifact-store/data",
        "artifact-store/default",
    }
    ((told, _, fields),) = _named(comparison)
    assert told == "set artifact store of stack 'prod'"
    assert "stack/prod.artifact_store" in fields
    assert "artifact-store/default.path" in fields


def test_a_parameter_that_went_is_named_by_the_change_that_removed_it(here: Repository) -> None:
    image = {"docker_parent_image": "python:3.11"}
    here.register_component("orchestrator", "docker", "local_docker", image)
    here.update_stack("prod", {"orchestrator": "docker"})
    first = ran(here, "prod")
    here.update_component("orchestrator", "docker", {}, remove=["docker_parent_image"])
    comparison = here.compare_runs(first, ran(here, "prod"))
    assert _named(comparison) == [
        ("unset docker_parent_image of orchestrator 'docker'", None, ["orchestrator/docker.docker_parent_image"]),
    ]


def test_a_stack_that_is_gone_is_compared_as_it_was(here: Repository) -> None:
    first = ran(here, "prod")
    here.update_component("artifact_store", "data", {"path": "/data/two"})
    second = ran(here, "prod")
    here.deregister_stack("prod")
    here.deregister_stack_component("artifact_store", "data")
    comparison = here.compare_runs(first, second)
    assert [one.new for one in comparison.configuration] == ["/data/two"]
    assert len(comparison.changes) == 1
    details = here.get_run(second)
    assert details.components is not None
    assert {part.name: part.parameters.get("path") for part in details.components}["data"] == "/data/two"


def test_two_stacks_are_compared_with_each_other(here: Repository) -> None:
    first, second = ran(here, "prod"), ran(here, "spare")
    comparison = here.compare_runs(first, second)
    fields = {(one.thing, one.field, one.old, one.new) for one in comparison.configuration}
    assert ("stack/spare", "name", "prod", "spare") in fields
    assert ("stack/spare", "artifact_store", "data", "default") in fields
    assert comparison.changes == []  # nobody changed one into the other


def test_code_command_parameters_and_outcome_are_compared(here: Repository, machine: Machine) -> None:
    first = ran(here, "prod", parameters={"epochs": 2, "rate": 0.1})
    second = ran(here, "prod", outcome="failed", exit_code=3, parameters={"epochs": 3}, command=("true",))
    comparison = here.compare_runs(first, second)
    assert comparison.code.same is None  # no repository of code
    assert not comparison.command.same
    assert comparison.parameters == {"epochs": (2, 3), "rate": (0.1, None)}
    assert comparison.software == {}
    assert comparison.outcome == ("succeeded", "failed")
    _commit(machine.base)
    third, fourth = ran(here, "prod"), ran(here, "prod")
    assert here.compare_runs(third, fourth).code.same
    assert not here.compare_runs(first, fourth).code.same
    (machine.base / "train.py").write_text("print(1)")
    fifth = ran(here, "prod")
    code = here.compare_runs(fourth, fifth).code
    assert not code.same
    assert (code.first["dirty"], code.second["dirty"]) == (False, True)


def _commit(folder: Path) -> None:
    """Makes a folder a repository of code in which everything is committed."""
    (folder / ".gitignore").write_text("config/\nstate/\n")
    who = ("-c", "user.name=ann", "-c", "user.email=ann@example.com")
    for words in (("init", "-q"), ("add", "."), (*who, "commit", "-q", "-m", "first")):
        subprocess.run(("git", *words), cwd=folder, check=True, capture_output=True)
