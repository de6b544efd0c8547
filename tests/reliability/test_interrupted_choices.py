"""A choice of a repository is two steps, the ledger and the file: killed between them, or before them."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.reliability.states import PARTS, check_whole, query
from tests.support.program import Home
from tests.support.tables import active

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL"),
]

# The program itself, in a process that dies where it would ask the system for this.
DYING = """
import os, signal, sys
def die(*arguments, **more):
    os.kill(os.getpid(), signal.SIGKILL)
os.{call} = die
sys.argv = ["zenml", *{words!r}]
from zenml.cli.entry import main
main()
"""
# The same, but it waits there.
SLOW = """
import os, pathlib, sys, time
move = os.replace
def wait(*arguments):
    pathlib.Path({ready!r}).touch()
    while not pathlib.Path({go!r}).exists():
        time.sleep(0.02)
    move(*arguments)
os.replace = wait
sys.argv = ["zenml", *{words!r}]
from zenml.cli.entry import main
main()
"""
MOVE, WRITE_DOWN = "replace", "fsync"
KILLED = -9


@pytest.fixture
def project(used: Home) -> Path:
    """A repository that chose `default`; there is a stack `other`."""
    used.done("stack", "register", "other", *PARTS)
    folder = used.folder("project")
    used.done("init", cwd=folder)
    return folder


def die_at(home: Home, folder: Path, call: str, *words: str) -> None:
    home.python(DYING.format(call=call, words=words), cwd=folder).exits(KILLED)


def said(folder: Path) -> object:
    text = (folder / ".zen" / "config.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)["active_stack_name"]


def chosen(home: Home, folder: Path) -> list[str]:
    answer = home.done("stack", "list", cwd=folder)
    assert "by hand" not in answer.output
    return active(answer.rows, "STACK NAME")


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / ".zen").iterdir())


def kinds(home: Home) -> list[str]:
    return [kind for (kind,) in query(home, "SELECT kind FROM changes ORDER BY number")]


def test_a_command_that_reads_finishes_the_file_of_a_recorded_choice(used: Home, project: Path) -> None:
    die_at(used, project, MOVE, "stack", "set", "other")
    assert said(project) == "default"
    assert kinds(used)[-1] == "change"
    assert chosen(used, project) == ["other"]
    assert said(project) == "other"
    assert files(project) == ["config.yaml"]
    check_whole(used)


def test_a_command_that_writes_finishes_it_too_and_takes_nothing_for_a_hand_edit(
    used: Home, project: Path
) -> None:
    die_at(used, project, MOVE, "stack", "set", "other")
    used.done("stack", "register", "third", *PARTS, cwd=project)
    assert said(project) == "other"
    assert "outside" not in kinds(used)
    assert chosen(used, project) == ["other"]


def test_a_choice_that_was_not_recorded_leaves_the_old_one(used: Home, project: Path) -> None:
    before = len(kinds(used))
    die_at(used, project, WRITE_DOWN, "stack", "set", "other")
    assert len(kinds(used)) == before
    assert chosen(used, project) == ["default"]
    assert said(project) == "default"
    used.done("stack", "set", "other", cwd=project)
    assert chosen(used, project) == ["other"]
    assert said(project) == "other"


@pytest.fixture
def slow(used: Home, project: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that chose `other`, and was acknowledged by the ledger, but has not moved its file yet."""
    go, ready = used.base / "go", used.base / "ready"
    script = SLOW.format(ready=str(ready), go=str(go), words=["stack", "set", "other"])
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=project,
        env=used.variables(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        while not ready.exists():
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        yield process
    finally:
        process.kill()
        process.communicate()


def go_on(home: Home, process: subprocess.Popen[str]) -> None:
    (home.base / "go").touch()
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output  # the ledger has its choice: it did not fail


def test_a_slow_writer_whose_file_a_reader_finished_succeeds(
    used: Home, project: Path, slow: subprocess.Popen[str]
) -> None:
    assert chosen(used, project) == ["other"]
    go_on(used, slow)
    assert said(project) == "other"
    assert files(project) == ["config.yaml"]


def test_a_slow_writer_does_not_overwrite_a_later_choice(
    used: Home, project: Path, slow: subprocess.Popen[str]
) -> None:
    used.done("stack", "register", "third", *PARTS)
    used.done("stack", "set", "third", cwd=project)
    go_on(used, slow)
    assert said(project) == "third"
    assert chosen(used, project) == ["third"]


def test_a_slow_writer_does_not_overwrite_its_own_undo_made_elsewhere(
    used: Home, project: Path, slow: subprocess.Popen[str]
) -> None:
    ((letters,),) = query(used, "SELECT letters FROM changes ORDER BY number DESC LIMIT 1")
    used.done("undo", letters)
    go_on(used, slow)
    assert said(project) == "default"
    assert chosen(used, project) == ["default"]
    assert "outside" not in kinds(used)


def test_an_interrupted_init_is_a_repository_only_if_it_was_recorded(used: Home) -> None:
    recorded, forgotten = used.folder("recorded"), used.folder("forgotten")
    die_at(used, recorded, MOVE, "init")
    assert chosen(used, recorded) == ["default"]
    assert files(recorded) == ["config.yaml"]
    die_at(used, forgotten, WRITE_DOWN, "init")
    used.done("init", cwd=forgotten)
    assert "config.yaml" in files(forgotten)
    assert chosen(used, forgotten) == ["default"]
    check_whole(used)


def test_the_undo_of_a_choice_is_finished_as_well(used: Home, project: Path) -> None:
    session = {"ZENML_SESSION": "one terminal"}
    used.done("stack", "set", "other", cwd=project, env=session)
    used.python(DYING.format(call=MOVE, words=["undo"]), cwd=project, env=session).exits(KILLED)
    assert said(project) == "other"
    assert chosen(used, project) == ["default"]
    assert said(project) == "default"
