"""Every kind of change is listed in the history and can be taken back; reading leaves no trace."""

from __future__ import annotations

import shlex

import pytest

from tests.support.files import written
from tests.support.program import Home
from tests.support.refusals import refused
from tests.support.tables import Row, column

PARTS = "-m default -a default -o default"
SET_UP = (
    "orchestrator register o1 --flavor=local_docker --docker_parent_image=python:3.11",
    "container-registry register c1 --flavor=default --uri=r.example.com",
    f"stack register s1 {PARTS}",
    f"stack register s2 {PARTS} -c c1",
    "profile create zenml",
)
# A command that changes something, and a word that its line in the history must show.
CHANGES = [
    (f"stack register s3 {PARTS}", "s3"),
    (f"stack register s3 {PARTS} --set", "s3"),
    ("stack set s1", "s1"),
    ("stack update s1 -o o1", "s1"),
    ("stack remove-component s2 -c", "s2"),
    ("stack rename s1 s3", "s3"),
    ("stack rename default main", "main"),
    ("stack delete s1 -y", "s1"),
    ("orchestrator register o2 --flavor=local_docker", "o2"),
    ("orchestrator update o1 --docker_parent_image=python:3.12", "o1"),
    ("orchestrator remove-attribute o1 --docker_parent_image", "o1"),
    ("orchestrator rename o1 o2", "o2"),
    ("orchestrator delete o1", "o1"),
    ("container-registry update c1 --uri=other.example.com", "c1"),
    ("profile create team", "team"),
    ("profile set zenml", "zenml"),
    ("profile delete zenml", "zenml"),
]
NOUNS = ("stack", "profile", "orchestrator", "container-registry")


def set_up(home: Home) -> Home:
    for line in SET_UP:
        home.done(*shlex.split(line))
    return home


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A machine for tests that leave the lists as they found them."""
    return set_up(Home(tmp_path_factory.mktemp("undo").resolve()))


@pytest.fixture
def machine(used: Home) -> Home:
    return set_up(used)


def shown(home: Home) -> dict[str, str]:
    return {noun: home.done(noun, "list").stdout for noun in NOUNS}


def changes(home: Home) -> list[Row]:
    """Returns the lines of the history, the newest first."""
    return home.done("history", "--all", "--limit", "1000").rows


@pytest.mark.parametrize(("line", "word"), CHANGES, ids=[line for line, _ in CHANGES])
def test_a_change_is_listed_and_undone(shared: Home, line: str, word: str) -> None:
    before, count = shown(shared), len(changes(shared))
    shared.done(*shlex.split(line))
    assert shown(shared) != before
    assert len(changes(shared)) == count + 1
    (newest,) = shared.done("history", "--limit", "1").rows
    assert word in " ".join(newest.values())
    shared.done("undo")
    assert shown(shared) == before
    assert len(changes(shared)) == count + 2  # undo takes nothing away


def test_repeated_undo_goes_further_back_to_the_first_run(machine: Home) -> None:
    for _ in SET_UP:
        machine.done("undo")
    assert column(machine.done("stack", "list").rows, "STACK NAME") == ["default"]
    assert column(machine.done("orchestrator", "list").rows, "NAME") == ["default"]
    assert column(machine.done("profile", "list").rows, "PROFILE NAME") == ["default"]
    count = len(changes(machine))
    machine.done("undo")  # nothing to do is no error
    assert column(machine.done("stack", "list").rows, "STACK NAME") == ["default"]
    assert len(changes(machine)) == count


def test_an_older_change_is_undone_by_its_name(machine: Home) -> None:
    register = next(row for row in changes(machine) if "'s1'" in " ".join(row.values()))
    machine.done("undo", register["CHANGE"])
    assert column(machine.done("stack", "list").rows, "STACK NAME") == ["default", "s2"]


def test_an_undo_can_itself_be_undone_by_its_name(machine: Home) -> None:
    before = shown(machine)
    machine.done("stack", "delete", "s1", "-y")
    after = shown(machine)
    machine.done("undo")
    machine.done("undo", changes(machine)[0]["CHANGE"])
    assert shown(machine) == after != before


def test_undoing_the_same_change_twice_does_nothing_and_says_so(machine: Home) -> None:
    machine.done("stack", "delete", "s1", "-y")
    change = changes(machine)[0]["CHANGE"]
    machine.done("undo", change)
    before, count = shown(machine), len(changes(machine))
    assert change in machine.done("undo", change).output
    assert shown(machine) == before
    assert len(changes(machine)) == count


def test_undo_inside_a_repository_writes_its_file_back(machine: Home) -> None:
    repository = machine.folder("project")
    machine.done("init", cwd=repository)
    file = repository / ".zen" / "config.yaml"
    before = file.read_text(encoding="utf-8")
    machine.done("stack", "set", "s1", cwd=repository)
    assert file.read_text(encoding="utf-8") != before
    machine.done("undo", cwd=repository)
    assert file.read_text(encoding="utf-8") == before


def test_an_undo_that_meets_a_later_change_is_a_conflict_and_changes_nothing(machine: Home) -> None:
    machine.done("stack", "rename", "s1", "first")
    change = changes(machine)[0]["CHANGE"]
    machine.done("stack", "rename", "first", "second")
    before = shown(machine)
    answer = machine.run("undo", change, check=3)
    assert "second" in answer.stderr, answer.report()
    assert shown(machine) == before


def test_an_undo_of_what_is_in_use_is_refused(machine: Home) -> None:
    change = next(row["CHANGE"] for row in changes(machine) if "'c1'" in " ".join(row.values()))
    before = shown(machine)
    answer = machine.run("undo", change)
    assert answer.exit in (1, 3), answer.report()
    assert "s2" in answer.stderr, answer.report()
    assert shown(machine) == before


def test_undo_on_a_new_machine_has_nothing_to_do(home: Home) -> None:
    home.done("undo")
    assert column(home.done("stack", "list").rows, "STACK NAME") == ["default"]
    refused(home.run("undo", "zzzzzzzz"), "zzzzzzzz")


def test_an_undo_keeps_its_reason(machine: Home) -> None:
    machine.done("undo", "--reason", "made by mistake")
    assert changes(machine)[0]["REASON"] == "made by mistake"


def test_reading_writes_nothing(machine: Home) -> None:
    repository = machine.folder("project")
    machine.done("init", cwd=repository)
    before = written(machine.base)
    for line in ("stack list", "stack get", "stack describe", "profile list", "orchestrator list", "history"):
        machine.done(*shlex.split(line), cwd=repository)
    assert written(machine.base) == before
