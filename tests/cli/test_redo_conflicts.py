"""A redo that something stands in the way of speaks of redo, and never proposes to undo the newer work."""

from __future__ import annotations

import re
import shlex

import pytest

from tests.reliability.standing import unchanged
from tests.support.letters import in_full, newest
from tests.support.program import Home

PARTS = ("-a", "default", "-o", "default")


def taken(home: Home) -> list[str]:
    """A stack was undone, and another one took its name."""
    home.done("stack", "register", "s", *PARTS)
    first = newest(home)
    home.done("undo")
    home.done("stack", "register", "s", *PARTS)
    return [first, newest(home)]


def written(home: Home) -> list[str]:
    """A renaming was undone, and the stack got a third name."""
    home.done("stack", "register", "s", *PARTS)
    home.done("stack", "rename", "s", "one")
    first = newest(home)
    home.done("undo")
    home.done("stack", "rename", "s", "two")
    return [first, newest(home)]


def deleted(home: Home) -> list[str]:
    """A stack was undone, and its component deleted."""
    home.done("orchestrator", "register", "kf", "--flavor=local")
    home.done("stack", "register", "s", "-a", "default", "-o", "kf")
    first = newest(home)
    home.done("undo")
    home.done("orchestrator", "delete", "kf")
    return [first, newest(home)]


@pytest.mark.parametrize("made", [taken, written, deleted])
@pytest.mark.parametrize("named", [False, True], ids=["alone", "named"])
def test_what_stands_in_the_way_is_shown(home: Home, made: object, named: bool) -> None:
    first, later = made(home)  # type: ignore[operator]
    with unchanged(home):
        answer = home.run("redo", *([first] if named else []), check=3)
    error, hint = in_full(answer.stderr, first, later).splitlines()[-2:]
    assert error.startswith(f"Error: Change {first} (")
    assert ") cannot be redone: " in error
    assert f"change {later} (" in error
    assert hint == f'Hint: Run "zenml show {later}" to see the newer change, which is in the way of the redo.'
    assert "undo" not in hint
    home.done("show", later)


def test_what_it_needs_is_redone_first(home: Home) -> None:
    home.done("orchestrator", "register", "kf", "--flavor=local")
    needed = newest(home)
    home.done("stack", "register", "s", "-a", "default", "-o", "kf")
    stack = newest(home)
    home.done("undo", "-n", "1")
    home.done("undo", needed)
    answer = home.run("redo", stack, check=3)
    hint = in_full(answer.stderr, needed).splitlines()[-1]
    assert hint == f'Hint: Run "zenml redo {needed}" first to bring back what is missing.'
    (line,) = re.findall(r'"zenml ([^"]+)"', hint)
    home.done(*shlex.split(line))
    home.done("redo", stack)
    assert "stack/s" in home.done("stack", "list", "-o", "name").stdout.split()


def test_a_cascade_says_what_was_undone_for_it(home: Home) -> None:
    first, later = taken(home)
    said = in_full(home.done("redo", "--cascade").stdout, first, later)
    assert f"Undone {later}: register stack 's'." in said
    assert f"Redone {first}: register stack 's'." in said


def test_a_redo_of_what_is_there_again_proposes_no_undo(home: Home) -> None:
    home.done("stack", "rename", "default", "main")
    first = newest(home)
    home.done("undo")
    home.done("stack", "rename", "default", "main")
    answer = home.run("redo")
    assert "zenml undo" not in answer.stderr
    assert f"that change {first} (rename stack 'default' to 'main') did is already there" in in_full(
        answer.stderr, first
    )
    assert "is in effect" in home.run("redo", newest(home), check=1).stderr
