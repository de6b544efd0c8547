"""What one machine has chosen in a shared profile, when somebody else deletes or renames it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.support.members import Team
from zenml.repository import Repository

PARTS = {"orchestrator": "default", "artifact_store": "default", "metadata_store": "default"}
GONE = "Stack 'prod' not found; this machine uses 'default'. Run 'zenml stack set NAME' to choose one."


@pytest.fixture
def team(tmp_path: Path) -> Team:
    """Two machines; on the first one the stack 'prod' is active, on the second one 'default'."""
    team = Team(tmp_path)
    team.one.does(lambda repository: repository.combine_stack("prod", PARTS, activate=True))
    team.to_other()
    return team


def active(team: Team) -> str:
    with team.one.here() as repository:
        return repository.active_stack_name


def test_a_deleted_stack_is_noticed_once_and_the_next_in_line_is_used(team: Team) -> None:
    team.other.does(lambda repository: repository.deregister_stack("prod"))
    team.to_one()
    events = len(team.one.events())
    for words in (("stack", "describe"), ("stack", "list"), ("artifact-store", "list"), ("history",)):
        assert team.one.done(*words).said.count(GONE) == 1
    assert active(team) == "default"
    assert len(team.one.events()) == events  # who reads writes nothing
    assert team.one.done("stack", "rename", "default", "main").said.count(GONE) == 1
    assert team.one.done("stack", "list").said.count(GONE.replace("'default'", "'main'")) == 1


def test_choosing_another_one_ends_the_notice(team: Team) -> None:
    team.other.does(lambda repository: repository.deregister_stack("prod"))
    team.to_one()
    team.one.done("stack", "set", "default")
    assert "not found" not in team.one.done("stack", "describe").said


def test_a_deletion_that_is_undone_brings_the_choice_back(team: Team) -> None:
    team.other.does(lambda repository: repository.deregister_stack("prod"))
    team.other.does(lambda repository: repository.undo())
    team.to_one()
    assert "not found" not in team.one.done("stack", "describe").said
    assert active(team) == "prod"


def test_a_renamed_stack_stays_active_without_a_word(team: Team) -> None:
    team.other.does(lambda repository: repository.rename_stack("prod", "production"))
    team.other.does(lambda repository: repository.combine_stack("prod", PARTS))
    team.to_one()
    assert "not found" not in team.one.done("stack", "describe").said
    assert active(team) == "production"


def test_without_a_default_stack_the_first_one_is_used(team: Team) -> None:
    for name in ("b-stack", "a-stack"):
        team.other.does(partial(Repository.combine_stack, name=name, components=PARTS, activate=True))
    for name in ("prod", "default"):
        team.other.does(partial(Repository.deregister_stack, name=name))
    team.to_one()
    assert team.one.done("stack", "list").said.count(GONE.replace("'default'", "'a-stack'")) == 1
    assert active(team) == "a-stack"


def test_a_variable_that_names_a_deleted_stack_refuses(team: Team) -> None:
    team.other.does(lambda repository: repository.deregister_stack("prod"))
    team.to_one()
    refused = team.one.run("stack", "describe", env={"ZENML_ACTIVATED_STACK": "prod"}, check=1)
    assert "Stack 'prod', which ZENML_ACTIVATED_STACK names, does not exist" in refused.said
    assert "this machine uses" not in refused.said


def test_a_repository_says_that_its_stack_is_gone_and_nothing_else(team: Team) -> None:
    folder = team.one.folder("project")
    team.one.done("init", cwd=folder)
    team.one.done("stack", "set", "prod", cwd=folder)
    team.to_other()
    team.other.does(lambda repository: repository.deregister_stack("prod"))
    team.to_one()
    said = team.one.done("stack", "list", cwd=folder).said
    assert said.count("not found") == 1
    assert "Stack 'prod' not found; this repository uses 'default'." in said


def test_a_stack_that_only_others_had_chosen_is_not_mentioned(team: Team) -> None:
    team.one.does(lambda repository: repository.activate_stack("default"))
    team.one.does(lambda repository: repository.deregister_stack("prod"))
    team.to_other()
    assert "not found" not in team.other.done("stack", "list").said
    assert "not found" not in team.one.done("stack", "list").said
