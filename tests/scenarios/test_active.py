"""What is active: the session's variables, else the repository's choice, else the machine's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.program import Home
from tests.support.tables import active

STACK = "STACK NAME"
PROFILE = "PROFILE NAME"


@pytest.fixture
def machine(used: Home) -> Home:
    """Stacks `default` and `other`, and the profile `zenml` whose active stack is `inner`."""
    used.done("stack", "register", "other", "-m", "default", "-a", "default", "-o", "default")
    used.done("profile", "create", "zenml")
    inside = {"ZENML_ACTIVATED_PROFILE": "zenml"}
    used.done("stack", "register", "inner", "-m", "default", "-a", "default", "-o", "default", env=inside)
    used.done("stack", "set", "inner", env=inside)
    return used


@pytest.fixture
def repository(machine: Home) -> Path:
    folder = machine.folder("project")
    machine.done("init", cwd=folder)
    return folder


def test_the_variable_chooses_the_profile_outside_and_inside_a_repository(machine: Home, repository: Path) -> None:
    variable = {"ZENML_ACTIVATED_PROFILE": "zenml"}
    for folder in (machine.work, repository):
        assert active(machine.done("profile", "list", cwd=folder, env=variable).rows, PROFILE) == ["zenml"]
        assert active(machine.done("profile", "list", cwd=folder).rows, PROFILE) == ["default"]
    assert active(machine.done("stack", "list", env=variable).rows, STACK) == ["inner"]


def test_the_variable_chooses_the_stack_outside_and_inside_a_repository(machine: Home, repository: Path) -> None:
    variable = {"ZENML_ACTIVATED_STACK": "other"}
    for folder in (machine.work, repository):
        assert active(machine.done("stack", "list", cwd=folder, env=variable).rows, STACK) == ["other"]
        assert active(machine.done("stack", "list", cwd=folder).rows, STACK) == ["default"]
        answer = machine.done("stack", "get", cwd=folder, env=variable)
        assert answer.stdout == "The active stack is: 'other'\n"


@pytest.mark.parametrize("inside", [False, True], ids=["outside", "inside a repository"])
@pytest.mark.parametrize("name", ["ZENML_ACTIVATED_PROFILE", "ZENML_ACTIVATED_STACK"])
def test_a_variable_that_names_nothing_is_no_other_choice(
    machine: Home, repository: Path, name: str, inside: bool
) -> None:
    if inside:
        machine.done("stack", "set", "other", cwd=repository)
    folder = repository if inside else machine.work
    answer = machine.run("stack", "get", cwd=folder, env={name: "ghost"}, check=1)
    assert answer.stdout == ""
    assert [line.split()[0] for line in answer.stderr.splitlines()] == ["Error:", "Hint:"], answer.report()
    words, column = ("profile", PROFILE) if name.endswith("PROFILE") else ("stack", STACK)
    listed = machine.done(words, "list", cwd=folder, env={name: "ghost"})
    assert len([line for line in listed.stderr.splitlines() if "ghost" in line]) == 1, listed.report()
    assert active(listed.rows, column) == []


def test_the_repository_may_be_named_from_anywhere(machine: Home, repository: Path) -> None:
    machine.done("stack", "set", "other", cwd=repository)
    answer = machine.done("stack", "list", env={"ZENML_REPOSITORY_PATH": str(repository)})
    assert active(answer.rows, STACK) == ["other"]
    assert "Running with active profile: 'default' (local)" in answer.stderr.splitlines()


def test_the_named_folder_is_taken_as_it_is_without_its_parents(machine: Home, repository: Path) -> None:
    machine.done("stack", "set", "other", cwd=repository)
    for path in (machine.folder("project/src"), machine.work / "missing"):
        answer = machine.done("stack", "list", env={"ZENML_REPOSITORY_PATH": str(path)})
        assert active(answer.rows, STACK) == ["default"]
        assert "Running without an active repository root." in answer.stderr.splitlines()
        assert str(path) in answer.stderr


def test_the_line_about_the_missing_repository_can_be_silenced(machine: Home) -> None:
    assert "Unable to find ZenML repository" in machine.done("stack", "list").stderr
    silent = {"ZENML_ENABLE_REPO_INIT_WARNINGS": "false"}
    assert "Unable to find" not in machine.done("stack", "list", env=silent).output


def test_global_changes_the_machines_profile_from_inside_a_repository(machine: Home, repository: Path) -> None:
    answer = machine.done("profile", "set", "zenml", "--global", cwd=repository)
    assert "Active global profile changed to: 'zenml'" in answer.output
    assert active(machine.done("profile", "list", cwd=repository).rows, PROFILE) == ["default"]
    assert active(machine.done("profile", "list").rows, PROFILE) == ["zenml"]


def test_global_changes_the_profiles_stack_from_inside_a_repository(machine: Home, repository: Path) -> None:
    answer = machine.done("stack", "set", "other", "--global", cwd=repository)
    assert "Active global stack set to: 'other'" in answer.output
    assert active(machine.done("stack", "list", cwd=repository).rows, STACK) == ["default"]
    assert active(machine.done("stack", "list").rows, STACK) == ["other"]


def test_each_profile_shows_its_own_stack_and_the_active_one_the_repositorys(
    machine: Home, repository: Path
) -> None:
    machine.done("stack", "set", "other", cwd=repository)
    rows = machine.done("profile", "list", cwd=repository).rows
    assert {row[PROFILE]: row["ACTIVE STACK"] for row in rows} == {"default": "other", "zenml": "inner"}


def test_choosing_what_is_active_already_records_nothing_and_says_so(machine: Home) -> None:
    before = machine.done("history", "--all", "--limit", "1000").stdout
    for words in (("profile", "set", "default"), ("stack", "set", "default")):
        answer = machine.done(*words)
        assert "already" in answer.output, answer.report()
    assert machine.done("history", "--all", "--limit", "1000").stdout == before
