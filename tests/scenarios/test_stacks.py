"""Stacks: what they are made of, what follows a new name, and what may not be deleted."""

from __future__ import annotations

import pytest
import yaml

from tests.support.program import Home
from tests.support.refusals import refused
from tests.support.tables import active, column

STACK = "STACK NAME"
PARTS = ("-m", "default", "-a", "default", "-o", "default")


@pytest.fixture
def machine(used: Home) -> Home:
    """The stacks `default`, active, and `s1` with the orchestrator `o1`."""
    used.done("orchestrator", "register", "o1", "--flavor=local")
    used.done("stack", "register", "s1", "-m", "default", "-a", "default", "-o", "o1")
    return used


def stacks(home: Home) -> list[str]:
    return column(home.done("stack", "list").rows, STACK)


@pytest.mark.parametrize("option", ["-c", "--container-registry", "--container_registry"])
def test_optional_parts_have_columns_behind_the_three_in_alphabetical_order(machine: Home, option: str) -> None:
    machine.done("secrets-manager", "register", "x1", "--flavor=local")
    machine.done("container-registry", "register", "c1", "--flavor=default", "--uri=r.example.com")
    machine.done("stack", "register", "full", *PARTS, "-x", "x1", option, "c1", "--set")
    rows = machine.done("stack", "list").rows
    three = ["ARTIFACT_STORE", "METADATA_STORE", "ORCHESTRATOR"]
    assert list(rows[0]) == ["ACTIVE", STACK, *three, "CONTAINER_REGISTRY", "SECRETS_MANAGER"]
    full = next(row for row in rows if row[STACK] == "full")
    assert (full["CONTAINER_REGISTRY"], full["SECRETS_MANAGER"]) == ("c1", "x1")
    assert active(rows, STACK) == ["full"]
    machine.done("stack", "remove-component", "full", option)
    assert list(machine.done("stack", "list").rows[0]) == ["ACTIVE", STACK, *three, "SECRETS_MANAGER"]


def test_an_omitted_metadata_store_is_the_default_one_and_said(machine: Home) -> None:
    answer = machine.done("stack", "register", "two", "-a", "default", "-o", "o1")
    assert any(
        "metadata" in line and "'default'" in line for line in answer.output.replace("_", " ").splitlines()
    ), answer.report()
    row = next(row for row in machine.done("stack", "list").rows if row[STACK] == "two")
    assert row["METADATA_STORE"] == "default"


def test_an_update_replaces_a_part(machine: Home) -> None:
    machine.done("stack", "update", "s1", "-o", "default")
    row = next(row for row in machine.done("stack", "list").rows if row[STACK] == "s1")
    assert row["ORCHESTRATOR"] == "default"


def test_a_renamed_stack_stays_active_for_the_machine_and_for_a_repository(machine: Home) -> None:
    repository = machine.folder("project")
    machine.done("stack", "set", "s1")
    machine.done("init", cwd=repository)
    machine.done("stack", "rename", "s1", "s2", cwd=repository)
    assert active(machine.done("stack", "list").rows, STACK) == ["s2"]
    inside = machine.done("stack", "list", cwd=repository)
    assert active(inside.rows, STACK) == ["s2"]
    assert "s1" not in inside.output
    assert "active_stack_name: s2" in (repository / ".zen" / "config.yaml").read_text(encoding="utf-8")


def test_a_renamed_component_is_shown_by_its_stacks(machine: Home) -> None:
    machine.done("orchestrator", "rename", "o1", "o2")
    row = next(row for row in machine.done("stack", "list").rows if row[STACK] == "s1")
    assert row["ORCHESTRATOR"] == "o2"


def test_a_component_in_use_is_not_deleted(machine: Home) -> None:
    refused(machine.run("orchestrator", "delete", "o1"), "o1", "s1")
    assert "o1" in machine.done("orchestrator", "list").stdout
    machine.done("stack", "delete", "s1", "-y")
    machine.done("orchestrator", "delete", "o1")
    assert "o1" not in machine.done("orchestrator", "list").stdout


def test_the_active_stack_is_not_deleted(machine: Home) -> None:
    machine.done("stack", "set", "s1")
    refused(machine.run("stack", "delete", "s1", "-y"), "s1")
    assert stacks(machine) == ["default", "s1"]


def test_the_repositorys_active_stack_is_not_deleted(machine: Home) -> None:
    repository = machine.folder("project")
    machine.done("init", cwd=repository)
    machine.done("stack", "set", "s1", cwd=repository)
    refused(machine.run("stack", "delete", "s1", "-y", cwd=repository), "s1")
    assert stacks(machine) == ["default", "s1"]


def test_the_active_profile_is_not_deleted(machine: Home) -> None:
    machine.done("profile", "create", "zenml")
    machine.done("profile", "set", "zenml")
    refused(machine.run("profile", "delete", "zenml"), "zenml")
    machine.done("profile", "set", "default")
    machine.done("profile", "delete", "zenml")
    assert column(machine.done("profile", "list").rows, "PROFILE NAME") == ["default"]


def test_a_deletion_asks_and_takes_no_for_an_answer(machine: Home) -> None:
    answer = machine.run("stack", "delete", "s1", stdin="n\n")
    assert answer.exit in (0, 1), answer.report()
    assert "s1" in answer.output
    assert "Deleted stack" not in answer.output
    assert stacks(machine) == ["default", "s1"]


def test_a_deletion_that_nobody_answers_keeps_the_stack(machine: Home) -> None:
    machine.run("stack", "delete", "s1", check=1)
    assert stacks(machine) == ["default", "s1"]


@pytest.mark.parametrize(("words", "typed"), [((), "y\n"), (("-y",), None), (("--yes",), None)])
def test_a_deletion_that_is_confirmed_deletes(machine: Home, words: tuple[str, ...], typed: str | None) -> None:
    answer = machine.run("stack", "delete", "s1", *words, stdin=typed, check=0)
    assert "Deleted stack 's1'." in answer.output
    assert stacks(machine) == ["default"]


def test_another_profiles_stacks_are_not_seen(machine: Home) -> None:
    machine.done("profile", "create", "zenml")
    there = {"ZENML_ACTIVATED_PROFILE": "zenml"}
    assert column(machine.done("stack", "list", env=there).rows, STACK) == ["default"]
    refused(machine.run("stack", "set", "s1", env=there), "s1")


def test_a_profile_keeps_a_file_to_read(machine: Home) -> None:
    text = (machine.config / "profiles" / "default" / "profile.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(text)
    assert "s1" in text
    assert "o1" in text


def test_the_active_stack_is_set_again_without_a_contradiction(used: Home) -> None:
    answer = used.done("stack", "set", "default")
    assert answer.stdout == "Active stack set to: 'default'\n"
    assert answer.stderr.endswith("Stack 'default' was already active.\n")
