"""What is chosen in a repository is active there and stands in its file, whatever the file said before."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ledger.machines import Machine
from tests.repository.repositories import IN_TEAM, PARTS, active, chosen, file_of, kinds, text, write
from zenml.active import zen_file
from zenml.repository import Repository

FILES: dict[str, str | None] = {
    "its profile is gone": text("ghost", "other"),
    "its stack is gone": text("default", "ghost"),
    "both are gone": text("ghost", "ghost"),
    "another profile whose stack is gone": text("team", "ghost"),
    "no profile": text(stack="other"),
    "no profile, and its stack is gone": text(stack="ghost"),
    "no stack": text("default"),
    "not YAML": ": {",
    "names nothing": "note: mine\n",
    "of a later ZenML": "active_stack_id: 7\n",
    "removed": None,
    "as recorded": text("default", "other"),
    "edited": text("team", "inner"),
}


def in_file(folder: Path) -> tuple[str | None, str | None]:
    file = zen_file.read(str(folder), lambda change: False)
    assert file is not None
    assert file.problem == ""
    return file.profile_name, file.stack_name


def put(folder: Path, content: str | None) -> None:
    if content is None:
        file_of(folder).unlink(missing_ok=True)
    else:
        write(folder, content)


def machines_choice(machine: Machine) -> list[tuple[object, ...]]:
    found = machine.query("SELECT profile_id, stack_id FROM active_stacks WHERE until IS NULL")
    return sorted(found + machine.query("SELECT profile_id, '' FROM active_profile WHERE until IS NULL"))


@pytest.fixture(params=["the repository", "a copy of its folder", "another choice since"])
def place(request: pytest.FixtureRequest, here: Machine, project: Path) -> Path:
    if request.param == "a copy of its folder":
        return Path(shutil.copytree(project, here.base / "clone"))
    if request.param == "another choice since":
        here.repository(project).activate_profile("team")
    return project


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
@pytest.mark.parametrize("profile", ["default", "team"])
def test_a_profile(here: Machine, place: Path, content: str | None, profile: str) -> None:
    machines = machines_choice(here)
    put(place, content)
    here.repository(place).activate_profile(profile)
    assert chosen(here, place)[0] == profile
    now = active(here, place)
    assert now.profile_by == "repository"
    assert in_file(place)[0] == profile
    assert machines_choice(here) == machines
    if file_of(place).read_text(encoding="utf-8") != content:
        assert now.observed is None, "nobody edited what was just written"


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_a_stack(here: Machine, place: Path, content: str | None) -> None:
    here.repository().activate_profile("team")
    machines = machines_choice(here)
    put(place, content)
    profile = chosen(here, place)[0]
    stacks = ("other", "default") if profile == "default" else ("default", "inner")
    for stack in stacks:
        put(place, content)
        here.repository(place).activate_stack(stack)
        assert chosen(here, place) == (profile, stack)
        assert active(here, place).stack_by == "repository"
        assert in_file(place)[1] == stack
        assert in_file(place)[0] in (profile, None)
        assert machines_choice(here) == machines


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_a_profile_that_a_variable_overrules(
    here: Machine, project: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    put(project, content)
    with monkeypatch.context() as context:
        context.setenv(*next(iter(IN_TEAM.items())))
        here.repository(project).activate_profile("default")
        assert chosen(here, project)[0] == "team"
    assert active(here, project).profile_by == "repository"
    assert in_file(project)[0] == "default"


@pytest.mark.parametrize("activate", [Repository.activate_profile, Repository.activate_stack])
def test_undo_goes_back_to_what_was_in_effect(
    here: Machine, project: Path, activate: Callable[[Repository, str], object]
) -> None:
    write(project, text("ghost", "ghost"))
    assert chosen(here, project) == ("default", "default")
    activate(here.repository(project), "team" if activate is Repository.activate_profile else "third")
    assert kinds(here)[-2:] == ["outside", "change"]
    here.repository(project).undo()
    assert chosen(here, project) == ("default", "default")


def test_what_stood_in_for_a_profile_that_was_deleted(here: Machine, project: Path) -> None:
    here.repository(project).activate_profile("team")
    here.repository().delete_profile("team")
    machines = machines_choice(here)
    here.repository(project).activate_stack("third")
    assert (chosen(here, project), in_file(project)) == (("default", "third"), ("default", "third"))
    assert machines_choice(here) == machines
    assert "outside" not in kinds(here)  # nobody edited the file


def test_a_profile_that_was_renamed_and_deleted_is_nobodys_edit(here: Machine, project: Path) -> None:
    here.repository(project).activate_profile("team")
    here.repository().rename_profile("team", "crew")
    here.repository().delete_profile("crew")
    here.repository(project).activate_profile("default", machine_wide=False)
    assert in_file(project)[0] == "default"
    assert "outside" not in kinds(here)


def test_a_stack_that_was_renamed_and_deleted_is_nobodys_edit(here: Machine, project: Path) -> None:
    here.repository().rename_stack("other", "renamed")
    here.repository().deregister_stack("renamed")
    for dry_run in (True, False):
        told: list[str] = []
        Repository(project, notify=told.append, dry_run=dry_run).activate_stack("third")
        assert [sentence for sentence in told if "by hand" in sentence] == []
    assert in_file(project) == ("default", "third")
    assert "outside" not in kinds(here)


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_within_a_change_of_several_steps(here: Machine, project: Path, content: str | None) -> None:
    put(project, content)
    repository = here.repository(project)
    with repository.change():
        repository.combine_stack("new", PARTS)
        repository.activate_profile("default")
        repository.activate_stack("other")
    assert chosen(here, project) == ("default", "other")
    assert in_file(project) == ("default", "other")


def test_a_file_that_is_completed_says_what_it_names_now(here: Machine, project: Path) -> None:
    write(project, text("ghost", "other"))
    told: list[str] = []
    before = here.tables()
    dry = Repository(project, notify=told.append, dry_run=True)
    assert dry.activate_profile("default") is None
    assert file_of(project).read_text(encoding="utf-8") == text("ghost", "other")
    assert told == []
    assert Repository(project, notify=told.append).activate_profile("default") is None
    assert told == [f"{file_of(project)} now names profile 'default' and stack 'other'."]
    assert here.tables() == before


def test_a_file_that_cannot_be_read_is_kept_beside_the_new_one(here: Machine, project: Path) -> None:
    write(project, ": {")
    here.repository(project).activate_profile("team")
    assert file_of(project).with_name("config.yaml.unreadable").read_text(encoding="utf-8") == ": {"


def test_the_machines_choice_leaves_the_file(here: Machine, project: Path) -> None:
    write(project, text("ghost", "other"))
    here.repository(project).activate_stack("third", machine_wide=True)
    here.repository(project).activate_profile("team", machine_wide=True)
    assert file_of(project).read_text(encoding="utf-8") == text("ghost", "other")
    assert "outside" not in kinds(here)
