"""A folder with `.zen/` chooses for itself, and people edit, clone and delete it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from tests.support.program import Home, Result
from tests.support.refusals import refused
from tests.support.tables import active

STACK = "STACK NAME"


@pytest.fixture
def repository(used: Home) -> Path:
    """A repository; the machine has the stacks `default` and `other`, its profile `zenml` has `inner`."""
    used.done("stack", "register", "other", "-m", "default", "-a", "default", "-o", "default")
    used.done("profile", "create", "zenml")
    inside = {"ZENML_ACTIVATED_PROFILE": "zenml"}
    used.done("stack", "register", "inner", "-m", "default", "-a", "default", "-o", "default", env=inside)
    folder = used.folder("project")
    used.done("init", cwd=folder)
    return folder


def choice(repository: Path) -> Path:
    return repository / ".zen" / "config.yaml"


def notices_about(answer: Result, word: str) -> list[str]:
    return [line for line in answer.stderr.splitlines() if word in line]


def test_init_writes_one_file_with_the_local_choice(repository: Path) -> None:
    assert [path.name for path in (repository / ".zen").iterdir()] == ["config.yaml"]
    stored = yaml.safe_load(choice(repository).read_text(encoding="utf-8"))
    assert stored == {"active_profile_name": "default", "active_stack_name": "default"}


def test_a_second_init_is_refused_and_keeps_the_choice(used: Home, repository: Path) -> None:
    used.done("stack", "set", "other", cwd=repository)
    before = choice(repository).read_bytes()
    refused(used.run("init", cwd=repository), str(repository))
    assert choice(repository).read_bytes() == before


def test_init_of_another_folder_by_its_path(used: Home) -> None:
    folder = used.folder("elsewhere")
    used.done("init", "--path", str(folder))
    assert choice(folder).is_file()
    assert not choice(used.work).exists()


def test_a_folder_below_the_root_belongs_to_the_repository(used: Home, repository: Path) -> None:
    deep = used.folder("project/src/steps")
    used.done("stack", "set", "other", cwd=deep)
    answer = used.done("stack", "list", cwd=deep)
    assert active(answer.rows, STACK) == ["other"]
    assert "Running with active profile: 'default' (local)" in answer.stderr.splitlines()
    assert "Running without" not in answer.output
    assert active(used.done("stack", "list").rows, STACK) == ["default"]


def test_the_nearest_of_two_nested_repositories_decides(used: Home, repository: Path) -> None:
    nested = used.folder("project/nested")
    used.done("init", cwd=nested)
    used.done("stack", "set", "other", cwd=nested)
    assert active(used.done("stack", "list", cwd=nested).rows, STACK) == ["other"]
    assert active(used.done("stack", "list", cwd=repository).rows, STACK) == ["default"]


def test_without_its_folder_the_repository_is_gone(used: Home, repository: Path) -> None:
    used.done("stack", "set", "other", cwd=repository)
    shutil.rmtree(repository / ".zen")
    answer = used.done("stack", "list", cwd=repository)
    assert active(answer.rows, STACK) == ["default"]
    assert "Running without an active repository root." in answer.stderr.splitlines()


def test_a_hand_edit_is_used(used: Home, repository: Path) -> None:
    choice(repository).write_text("active_profile_name: zenml\nactive_stack_name: inner\n", encoding="utf-8")
    answer = used.done("stack", "list", cwd=repository)
    assert active(answer.rows, STACK) == ["inner"]
    assert "Running with active profile: 'zenml' (local)" in answer.stderr.splitlines()


def test_a_copy_of_the_folder_chooses_the_same(used: Home, repository: Path) -> None:
    used.done("stack", "set", "other", cwd=repository)
    clone = used.work / "clone"
    shutil.copytree(repository, clone)
    assert active(used.done("stack", "list", cwd=clone).rows, STACK) == ["other"]
    used.done("stack", "set", "default", cwd=clone)
    assert active(used.done("stack", "list", cwd=repository).rows, STACK) == ["other"]


def test_a_profile_that_is_gone_gives_one_notice_and_the_machines_profile(used: Home, repository: Path) -> None:
    choice(repository).write_text("active_profile_name: ghost\nactive_stack_name: default\n", encoding="utf-8")
    answer = used.done("stack", "list", cwd=repository)
    assert len(notices_about(answer, "ghost")) == 1, answer.report()
    assert "Running with active profile: 'default'" in answer.stderr
    assert active(answer.rows, STACK) == ["default"]


def test_a_stack_that_is_gone_gives_one_notice_and_the_machines_stack(used: Home, repository: Path) -> None:
    used.done("stack", "set", "other")
    choice(repository).write_text("active_profile_name: default\nactive_stack_name: ghost\n", encoding="utf-8")
    answer = used.done("stack", "list", cwd=repository)
    assert len(notices_about(answer, "ghost")) == 1, answer.report()
    assert active(answer.rows, STACK) == ["other"]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"active_profile_name: [unclosed\n",
        b"- a\n- list\n",
        b"just words\n",
        b"\xff\xfe\x00",
        b"active_stack_name: 7: 8",
    ],
    ids=["empty", "malformed", "a list", "a word", "not text", "two colons"],
)
def test_a_file_that_cannot_be_read_is_noticed_and_not_fatal(used: Home, repository: Path, text: bytes) -> None:
    choice(repository).write_bytes(text)
    answer = used.done("stack", "list", cwd=repository)
    assert len(notices_about(answer, "config.yaml")) == 1, answer.report()
    assert active(answer.rows, STACK) == ["default"]
    assert choice(repository).read_bytes() == text  # reading repairs nothing


def test_choosing_again_repairs_a_file_that_cannot_be_read(used: Home, repository: Path) -> None:
    choice(repository).write_text("", encoding="utf-8")
    used.done("stack", "set", "other", cwd=repository)
    answer = used.done("stack", "list", cwd=repository)
    assert active(answer.rows, STACK) == ["other"]
    assert notices_about(answer, "config.yaml") == []


def test_the_later_file_without_a_profile_uses_the_machines(used: Home, repository: Path) -> None:
    used.done("profile", "set", "zenml")
    choice(repository).write_text("active_project_name: null\nactive_stack_name: inner\n", encoding="utf-8")
    answer = used.done("stack", "list", cwd=repository)
    assert active(answer.rows, STACK) == ["inner"]
    assert "Running with active profile: 'zenml'" in answer.stderr


def test_switching_the_profile_inside_switches_to_that_profiles_stack(used: Home, repository: Path) -> None:
    used.done("stack", "set", "inner", env={"ZENML_ACTIVATED_PROFILE": "zenml"})
    used.done("profile", "set", "zenml", cwd=repository)
    assert active(used.done("stack", "list", cwd=repository).rows, STACK) == ["inner"]
    assert active(used.done("profile", "list").rows, "PROFILE NAME") == ["default"]
