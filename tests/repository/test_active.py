"""What is active: a variable decides, else the repository, else the machine; nothing is, if it names nothing."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.ledger.machines import Machine
from tests.repository.repositories import IN_TEAM, PARTS, active, chosen, file_of, kinds, text, write

NO_FILE = None
NONE = ""
GHOST_PROFILE = {"ZENML_ACTIVATED_PROFILE": "ghost"}
STACK = "ZENML_ACTIVATED_STACK"

CASES: dict[str, tuple[Mapping[str, str], str | None, tuple[str, str, str, str], int]] = {
    # variables, the repository's file -> profile, stack, what decided about each, number of notices
    "the machine": ({}, NO_FILE, ("default", "default", "machine", "machine"), 0),
    "empty variables": (
        {"ZENML_ACTIVATED_PROFILE": "", STACK: ""},
        NO_FILE,
        ("default", "default", "machine", "machine"),
        0,
    ),
    "a profile's variable": (IN_TEAM, NO_FILE, ("team", "default", "environment", "machine"), 0),
    "a stack's variable": ({STACK: "third"}, NO_FILE, ("default", "third", "machine", "environment"), 0),
    "both variables": ({**IN_TEAM, STACK: "inner"}, NO_FILE, ("team", "inner", "environment", "environment"), 0),
    "a profile that is none": (GHOST_PROFILE, NO_FILE, (NONE, NONE, "environment", "environment"), 1),
    "a stack that is none": ({STACK: "ghost"}, NO_FILE, ("default", NONE, "machine", "environment"), 1),
    "the other profile's stack": ({STACK: "inner"}, NO_FILE, ("default", NONE, "machine", "environment"), 1),
    "both none": ({**GHOST_PROFILE, STACK: "ghost"}, NO_FILE, (NONE, NONE, "environment", "environment"), 1),
    "the repository": ({}, text("default", "other"), ("default", "other", "repository", "repository"), 0),
    "its other profile": ({}, text("team", "inner"), ("team", "inner", "repository", "repository"), 0),
    "its profile alone": ({}, text("team"), ("team", "default", "repository", "machine"), 0),
    "its stack alone": ({}, text(stack="other"), ("default", "other", "machine", "repository"), 0),
    "its profile is gone": ({}, text("ghost", "other"), ("default", "other", "machine", "repository"), 1),
    "its stack is gone": ({}, text("default", "ghost"), ("default", "default", "repository", "machine"), 1),
    "both are gone": ({}, text("ghost", "ghost"), ("default", "default", "machine", "machine"), 2),
    "the file of a later ZenML": (
        {},
        f"active_project_name: null\n{text(stack='other')}",
        ("default", "other", "machine", "repository"),
        0,
    ),
    "no YAML": ({}, "a: [", ("default", "default", "machine", "machine"), 1),
    "a variable over the file": (
        {STACK: "third"},
        text("default", "other"),
        ("default", "third", "repository", "environment"),
        0,
    ),
    "a stack that is none over the file": (
        {STACK: "ghost"},
        text("default", "other"),
        ("default", NONE, "repository", "environment"),
        1,
    ),
    "another profile over the file": (
        IN_TEAM,
        text("default", "other"),
        ("team", "default", "environment", "machine"),
        0,
    ),
    "the same profile over the file": (
        IN_TEAM,
        text("team", "inner"),
        ("team", "inner", "environment", "repository"),
        0,
    ),
    "a profile that is none over the file": (
        GHOST_PROFILE,
        text("team", "inner"),
        (NONE, NONE, "environment", "environment"),
        1,
    ),
}


@pytest.mark.parametrize(("variables", "file", "expected", "notices"), CASES.values(), ids=CASES)
def test_what_decides(
    here: Machine,
    monkeypatch: pytest.MonkeyPatch,
    variables: Mapping[str, str],
    file: str | None,
    expected: tuple[str, str, str, str],
    notices: int,
) -> None:
    folder = here.folder("cloned")
    if file is not None:
        write(folder, file)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    events = len(here.events())
    now = active(here, folder)
    names = tuple(row.name if row else NONE for row in (now.profile, now.stack))
    assert (*names, now.profile_by, now.stack_by) == expected
    assert len(now.notices) == notices, now.notices
    assert len(here.events()) == events  # looking is not recorded


def test_the_machines_own_choice_holds_outside(here: Machine, project: Path) -> None:
    here.repository().activate_stack("third")
    assert chosen(here) == ("default", "third")
    assert chosen(here, project) == ("default", "other")
    here.repository().activate_profile("team")
    assert chosen(here) == ("team", "default")
    assert chosen(here, project) == ("default", "other")


def test_a_renamed_stack_stays_active_everywhere(here: Machine, project: Path) -> None:
    file_of(project).chmod(0o400)
    here.repository().activate_stack("other")
    here.repository().rename_stack("other", "renamed")
    assert chosen(here) == ("default", "renamed")
    assert chosen(here, project) == ("default", "renamed")
    assert active(here, project).notices == []
    assert active(here, project).observed is None


def test_a_name_that_another_stack_has_now_does_not_change_the_choice(here: Machine, project: Path) -> None:
    here.repository().rename_stack("other", "renamed")
    here.repository().combine_stack("other", PARTS)
    assert chosen(here, project) == ("default", "renamed")
    here.repository(project).activate_stack("other")
    assert chosen(here, project) == ("default", "other")
    assert "outside" not in kinds(here)


def test_a_rename_is_written_to_the_file_and_the_older_text_goes_on_meaning_the_same_stack(
    here: Machine, project: Path
) -> None:
    older = file_of(project).read_text(encoding="utf-8")
    here.repository().rename_stack("other", "renamed")
    assert "renamed" in file_of(project).read_text(encoding="utf-8")
    assert chosen(here, project) == ("default", "renamed")
    here.repository().combine_stack("other", PARTS)
    write(project, older)  # as version control does
    assert chosen(here, project) == ("default", "renamed")


def test_a_stack_that_was_deleted_and_came_back_is_active_again(here: Machine, project: Path) -> None:
    deleted = here.repository().deregister_stack("other")
    assert deleted is not None
    assert chosen(here, project) == ("default", "default")
    assert len(active(here, project).notices) == 1
    here.repository(project).combine_stack("unrelated", PARTS)
    assert "outside" not in kinds(here)  # nobody chose anything
    here.repository().undo(deleted.letters)
    assert chosen(here, project) == ("default", "other")


def test_a_profile_that_was_deleted_and_came_back_is_active_again(here: Machine, project: Path) -> None:
    here.repository(project).activate_profile("team")
    here.repository(project).activate_stack("inner")
    deleted = here.repository().delete_profile("team")
    assert deleted is not None
    assert chosen(here, project) == ("default", "default")
    assert any("team" in sentence for sentence in active(here, project).notices)
    here.repository(project).combine_stack("unrelated", PARTS)
    assert "outside" not in kinds(here)
    here.repository().undo(deleted.letters)
    assert chosen(here, project) == ("team", "inner")


def test_a_clone_chooses_the_same_and_for_itself(here: Machine, project: Path) -> None:
    clone = here.base / "clone"
    shutil.copytree(project, clone)
    assert chosen(here, clone) == ("default", "other")
    here.repository(clone).activate_stack("third")
    assert chosen(here, clone) == ("default", "third")
    assert chosen(here, project) == ("default", "other")


def test_a_clone_is_recorded_as_its_file_says_whatever_a_variable_says(
    here: Machine, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = here.base / "clone"
    shutil.copytree(project, clone)
    with monkeypatch.context() as context:
        context.setenv(*next(iter(IN_TEAM.items())))
        here.repository(clone).combine_stack("new", PARTS)
    before = kinds(here)
    assert active(here, clone).observed is None
    here.repository(clone).combine_stack("unrelated", PARTS)
    assert kinds(here) == [*before, "change"]
    assert chosen(here, clone) == ("default", "other")


def test_a_moved_repository_is_the_same_to_its_people(here: Machine, project: Path) -> None:
    moved = project.rename(here.base / "moved")
    assert chosen(here, moved) == ("default", "other")
    here.repository(moved).activate_stack("third")
    assert chosen(here, moved) == ("default", "third")
    assert not project.exists()


def test_without_its_folder_there_is_no_repository_and_init_begins_anew(here: Machine, project: Path) -> None:
    shutil.rmtree(project / ".zen")
    assert chosen(here, project) == ("default", "default")
    assert here.repository(project).root is None
    here.repository().activate_stack("third")
    here.repository(project).initialize(project)
    assert chosen(here, project) == ("default", "third")
    here.repository(project).activate_stack("other")
    assert chosen(here, project) == ("default", "other")
    known = [
        row for row in here.query("SELECT path FROM repositories WHERE until IS NULL") if str(project) in row[0]
    ]
    assert len(known) == 1


def test_a_repository_reached_by_a_link_is_the_same(here: Machine, project: Path) -> None:
    link = here.base / "link"
    link.symlink_to(project)
    here.repository(link).activate_stack("third")
    assert chosen(here, project) == ("default", "third")
    assert "outside" not in kinds(here)
