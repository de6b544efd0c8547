"""That a folder is not a repository is said once on a terminal; where nobody looks, each time."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.program import Home
from tests.support.terminal import Terminal

PARAGRAPH = "Unable to find ZenML repository"
NO_ROOT = "Running without an active repository root."
GET = "zenml stack get"


@pytest.fixture
def terminal(used: Home) -> Iterator[Terminal]:
    with Terminal(used) as terminal:
        yield terminal


def notes(home: Home) -> Path:
    return home.home / ".local" / "state" / "zenml" / "said"


def test_it_is_said_once_in_each_folder(used: Home, terminal: Terminal) -> None:
    used.folder("a b\n'c")
    first = terminal.type(GET)
    assert first.splitlines()[0].startswith(f"{PARAGRAPH} in your current working directory ({used.work}) ")
    assert first.splitlines()[1] == NO_ROOT
    again = terminal.type(GET)
    assert again.splitlines()[:2] == [NO_ROOT, "Running with active profile: 'default' (global)"]
    assert PARAGRAPH not in terminal.type("zenml history; zenml profile list; zenml undo")
    terminal.type("cd a*c")
    assert PARAGRAPH in terminal.type(GET)
    assert PARAGRAPH not in terminal.type(GET)
    terminal.type("cd ..")
    assert PARAGRAPH not in terminal.type(GET)


def test_each_terminal_is_told_for_itself(used: Home, terminal: Terminal) -> None:
    terminal.type(GET)
    with Terminal(used) as other:
        assert PARAGRAPH in other.type(GET)
        assert PARAGRAPH not in other.type(GET)
    assert PARAGRAPH not in terminal.type(GET)
    assert len(list(notes(used).iterdir())) == 2
    with Terminal(used) as third:  # the second one is closed by now
        assert PARAGRAPH in third.type(GET)
    assert len(list(notes(used).iterdir())) == 2


@pytest.mark.parametrize("line", [f"{GET} 2>&1 | cat", f"{GET} 2> said; cat said"])
def test_where_no_terminal_shows_it_it_is_said_each_time(used: Home, terminal: Terminal, line: str) -> None:
    terminal.type(GET)
    for _ in range(2):
        assert PARAGRAPH in terminal.type(line)
        assert PARAGRAPH in used.done("stack", "get").stderr
    assert len(list(notes(used).iterdir())) == 1


def test_a_session_that_has_a_name_is_still_one_terminal(used: Home, terminal: Terminal) -> None:
    terminal.type(f"ZENML_SESSION=one {GET}")
    assert PARAGRAPH not in terminal.type(f"ZENML_SESSION=two {GET}")


def test_a_folder_that_ceased_to_be_a_repository_is_named_again(used: Home, terminal: Terminal) -> None:
    used.folder("a/deep")
    terminal.type("cd a/deep")
    assert PARAGRAPH in terminal.type(GET)
    terminal.type("cd ..; zenml init; rm -r .zen")
    assert PARAGRAPH in terminal.type(GET)
    assert PARAGRAPH in terminal.type(f"cd deep; {GET}; cd ..")
    assert PARAGRAPH not in terminal.type(GET)
    used.done("init", cwd=used.folder("a"))  # somewhere else
    assert NO_ROOT not in terminal.type(GET)
    terminal.type("rm -r .zen")
    assert PARAGRAPH in terminal.type(GET)
    terminal.type("zenml init --dry-run")
    assert PARAGRAPH not in terminal.type(GET)


def test_a_repository_beside_it_changes_nothing(used: Home, terminal: Terminal) -> None:
    used.done("init", cwd=used.folder("a"))
    used.folder("ab")
    terminal.type("cd ab")
    assert PARAGRAPH in terminal.type(GET)
    terminal.type(f"cd ../a; {GET}; cd ../ab")
    assert PARAGRAPH not in terminal.type(GET)


def test_a_variable_that_names_no_repository_is_a_mistake_and_named_each_time(
    used: Home, terminal: Terminal
) -> None:
    for _ in range(2):
        said = terminal.type(f"ZENML_REPOSITORY_PATH={used.work}/nowhere {GET}")
        assert f"{PARAGRAPH} at the path {used.work}/nowhere that ZENML_REPOSITORY_PATH names." in said


def test_a_variable_silences_it(used: Home, terminal: Terminal) -> None:
    said = terminal.type(f"ZENML_ENABLE_REPO_INIT_WARNINGS=false {GET}")
    assert PARAGRAPH not in said
    assert NO_ROOT not in said
    assert not notes(used).exists()
    assert PARAGRAPH in terminal.type(GET)


def a_file_in_its_place(folder: Path) -> None:
    folder.write_text("")


def a_pipe_for_each_note(folder: Path) -> None:
    folder.mkdir()
    os.mkfifo(folder / "pipe")


def a_link_to_nothing(folder: Path) -> None:
    folder.symlink_to("/nowhere/at/all")


@pytest.mark.parametrize("spoil", [a_file_in_its_place, a_link_to_nothing])
def test_where_nothing_can_be_noted_it_is_said_each_time(used: Home, terminal: Terminal, spoil: object) -> None:
    spoil(notes(used))  # type: ignore[operator]
    for _ in range(2):
        assert PARAGRAPH in terminal.type(GET)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: os.symlink("/dev/zero", path)])
def test_a_note_that_is_something_else_is_left_alone(used: Home, terminal: Terminal, make: object) -> None:
    terminal.type(GET)
    (note,) = notes(used).iterdir()
    note.unlink()
    make(note)  # type: ignore[operator]
    for _ in range(2):
        assert PARAGRAPH in terminal.type(GET)
    assert not note.is_file()


@pytest.mark.parametrize("content", [b"/half/a/pa", b"\xff\xfe\x00\x00", b"/x\0" * 400_000])
def test_a_note_that_is_damaged_or_full_is_used_as_far_as_it_goes(
    used: Home, terminal: Terminal, content: bytes
) -> None:
    terminal.type(GET)
    (note,) = notes(used).iterdir()
    note.write_bytes(content)
    assert PARAGRAPH in terminal.type(GET)
    terminal.type(GET)
    assert PARAGRAPH not in terminal.type(GET)
    assert note.stat().st_size < 1024 * 1024


def test_notes_of_sessions_that_ended_are_removed(used: Home, terminal: Terminal) -> None:
    host, folder = os.uname().nodename, notes(used)
    folder.mkdir()
    ours = os.getpid()
    started = Path(f"/proc/{ours}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    old = time.time() - 40 * 24 * 3600
    for name, kept, age in [
        (f"{ours}-{started}@{host}", True, old),  # this process lives
        (f"{ours}-1@{host}", False, None),  # its id was used before
        (f"999999999-1@{host}", False, None),
        (f"{ours}-{started}@elsewhere", True, None),
        ("7-7@elsewhere", False, old),
        ("something else", True, old),
    ]:
        (folder / name).write_text("kept" if kept else "removed")
        if age is not None:
            os.utime(folder / name, (age, age))
    terminal.type(GET)
    left = [path.read_text() for path in folder.iterdir() if str(used.work) not in path.read_text()]
    assert left == ["kept"] * 3


def test_of_commands_at_the_same_moment_none_fails(used: Home, terminal: Terminal) -> None:
    said = terminal.type(" & ".join([GET] * 6) + " & wait")
    assert said.count("The active stack is") == 6
    assert PARAGRAPH in said
    assert PARAGRAPH not in terminal.type(GET)
