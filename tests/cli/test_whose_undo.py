"""Two terminals, two repositories, an automation: nobody undoes anybody else's work by accident."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.program import Home, Result


class Place(NamedTuple):
    """Where somebody works: a folder, and what tells the session."""

    folder: str | None
    environment: Mapping[str, str]
    repository: bool = False


PLACES = {
    "terminal": Place(None, {"ZENML_SESSION": "one"}),
    "other terminal": Place(None, {"ZENML_SESSION": "two"}),
    "repository": Place("a", {"ZENML_SESSION": "one"}, repository=True),
    "other repository": Place("b", {"ZENML_SESSION": "one"}, repository=True),
    "automation": Place(None, {"ZENML_SESSION": "one", "CI": "true"}),
    "automation in a repository": Place("a", {"ZENML_SESSION": "job 7", "CI": "true"}, repository=True),
}
PAIRS = [
    (mine, theirs)
    for mine in PLACES
    for theirs in PLACES
    if mine != theirs
    and (mine, theirs) != ("repository", "terminal")
    and (mine, theirs) != ("other repository", "terminal")
]


def folder(home: Home, place: Place) -> Path | None:
    if place.folder is None:
        return None
    path = home.folder(place.folder)
    if not (path / ".zen").exists():
        home.run("init", cwd=path, env={"ZENML_SESSION": "setup"}, check=0)
    return path


def run(home: Home, place: Place, *words: str) -> Result:
    return home.run(*words, cwd=folder(home, place), env=place.environment)


def printed(result: Result) -> list[str]:
    """Returns the command that a hint names."""
    found = re.search(r'"zenml (.*?)"', result.stderr)
    assert found is not None, result.report()
    return shlex.split(found[1])


@pytest.mark.parametrize(("mine", "theirs"), PAIRS)
def test_plain_undo_takes_back_ones_own_work_or_nothing(home: Home, mine: str, theirs: str) -> None:
    here, there = PLACES[mine], PLACES[theirs]
    for place in (here, there):
        folder(home, place)
    run(home, here, "orchestrator", "register", "mine", "--flavor", "local").exits(0)
    run(home, there, "orchestrator", "register", "theirs", "--flavor", "local").exits(0)
    result = run(home, here, "undo")
    names = home.done("orchestrator", "list").stdout
    assert "theirs" in names
    if result.exit == 0:  # an automation's work, or a person's, is skipped: it is somebody else's
        assert "mine" not in names
        assert "register orchestrator 'mine'" in result.stdout
        return
    assert "mine" in names
    found = re.search(
        r"Your newest change (\w+) \(register orchestrator 'theirs'\) was made in (.*)\.", result.stderr
    )
    assert found is not None, result.stderr
    words = shlex.split(re.search(r'"zenml (.*?)"', result.stderr)[1])  # type: ignore[index]
    assert words == ["undo", found[1]]
    run(home, here, *words).exits(0)
    assert "theirs" not in home.done("orchestrator", "list").stdout
    run(home, here, "undo").exits(0)
    assert "mine" not in home.done("orchestrator", "list").stdout


def test_what_was_done_outside_of_any_repository_can_be_undone_in_one(home: Home) -> None:
    here, there = PLACES["repository"], PLACES["terminal"]
    folder(home, here)
    run(home, there, "orchestrator", "register", "mine", "--flavor", "local").exits(0)
    run(home, here, "undo").exits(0)
    assert "mine" not in home.done("orchestrator", "list").stdout


def test_a_choice_of_another_repository_is_not_even_looked_at(home: Home) -> None:
    one, other = PLACES["repository"], PLACES["other repository"]
    home.done("stack", "register", "dev", "-a", "default", "-o", "default")
    for place in (one, other):
        folder(home, place)
        run(home, place, "stack", "set", "dev").exits(0)
    run(home, one, "undo").exits(0)
    assert "default" in run(home, one, "stack", "get").stdout
    assert "dev" in run(home, other, "stack", "get").stdout


@pytest.mark.parametrize(("mine", "theirs"), [("terminal", "other terminal"), ("repository", "other repository")])
def test_plain_redo_brings_back_ones_own_work_or_nothing(home: Home, mine: str, theirs: str) -> None:
    here, there = PLACES[mine], PLACES[theirs]
    for place, name in ((here, "mine"), (there, "theirs")):
        folder(home, place)
        run(home, place, "orchestrator", "register", name, "--flavor", "local").exits(0)
        run(home, place, "undo").exits(0)
    result = run(home, here, "redo").exits(1)
    assert re.search(
        r"Your newest undo \w+ \(undo \w+: register orchestrator 'theirs'\) was made in ", result.stderr
    )
    run(home, here, *shlex.split(re.search(r'"zenml (.*?)"', result.stderr)[1])).exits(0)  # type: ignore[index]
    assert "theirs" in home.done("orchestrator", "list").stdout
    run(home, here, "redo").exits(0)
    assert "mine" in home.done("orchestrator", "list").stdout


def test_several_are_not_undone_if_one_of_them_was_made_elsewhere(home: Home) -> None:
    here, there = PLACES["terminal"], PLACES["other terminal"]
    run(home, there, "orchestrator", "register", "theirs", "--flavor", "local").exits(0)
    run(home, here, "orchestrator", "register", "mine", "--flavor", "local").exits(0)
    before = home.done("orchestrator", "list").stdout
    assert "another session" in run(home, here, "undo", "-n", "2").exits(1).stderr
    assert home.done("orchestrator", "list").stdout == before
