"""Two terminals, two repositories, an automation: nobody undoes anybody else's work by accident."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.letters import newest
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
        r"The next of your changes to undo here, (\w+) \(register orchestrator 'theirs'\), was made in (.*)\.",
        result.stderr,
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
        r"The next of your undos to redo here, \w+ \(undo \w+: register orchestrator 'theirs'\), was made in ",
        result.stderr,
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


@pytest.mark.parametrize("verb", ["undo", "redo"])
def test_a_hint_names_the_newest_of_ones_own_from_here(home: Home, verb: str) -> None:
    here, there = PLACES["terminal"], PLACES["other terminal"]
    for place, name in ((here, "mine"), (there, "theirs"), (there, "more")):
        run(home, place, "orchestrator", "register", name, "--flavor", "local").exits(0)
        if verb == "redo":
            run(home, place, "undo").exits(0)
    result = run(home, here, verb).exits(1)
    commands = re.findall(r'"zenml (.*?)"', result.stderr.rpartition("Hint: ")[2])
    assert f"to {verb} the newest one from here (" in result.stderr
    assert "register orchestrator 'mine')." in result.stderr
    run(home, here, *shlex.split(commands[1])).exits(0)
    assert ("mine" in home.done("orchestrator", "list").stdout) == (verb == "redo")


def test_a_hint_names_no_other_one_where_there_is_none(home: Home) -> None:
    run(home, PLACES["other terminal"], "orchestrator", "register", "theirs", "--flavor", "local").exits(0)
    result = run(home, PLACES["terminal"], "undo").exits(1)
    assert result.stderr.endswith(" to undo it anyway.\n")


def test_what_is_newest_elsewhere_is_not_called_the_newest(home: Home) -> None:
    one, other = PLACES["repository"], PLACES["other repository"]
    home.done("stack", "register", "dev", "-a", "default", "-o", "default")
    folder(home, one)
    folder(home, other)
    run(home, other, "orchestrator", "register", "theirs", "--flavor", "local").exits(0)
    run(home, other, "stack", "set", "dev").exits(0)  # newer, but no business of the first repository
    result = run(home, one, "undo").exits(1)
    assert re.search(r"Error: The next of your changes to undo here, \w+ \(register orch", result.stderr)
    assert "newest change" not in result.stderr


def test_commands_in_hints_keep_the_options(home: Home) -> None:
    run(home, PLACES["terminal"], "orchestrator", "register", "mine", "--flavor", "local").exits(0)
    run(home, PLACES["other terminal"], "orchestrator", "register", "theirs", "--flavor", "local").exits(0)
    result = run(home, PLACES["terminal"], "undo", "-n", "50", "--dry-run", "--cascade", "--reason", "it's").exits(
        1
    )
    commands = re.findall(r'"zenml (.*?)"', result.stderr.rpartition("Hint: ")[2])
    assert len(commands) == 2
    for command in commands:
        words = shlex.split(command)
        assert [words[0], *words[2:]] == ["undo", "--cascade", "--reason", "it's", "--dry-run"]
        assert "nothing was written" in run(home, PLACES["terminal"], *words).exits(0).stderr


def test_commands_in_hints_of_a_conflict_keep_the_options(home: Home) -> None:
    home.done("orchestrator", "register", "kf", "--flavor", "local")
    first = newest(home)
    home.run("stack", "register", "prod", "-a", "default", "-o", "kf", env={"CI": "true"}, check=0)
    result = home.run("undo", first, "--reason", "it's", "--dry-run", "-o", "json", check=3)
    commands = re.findall(r'"zenml (.*?)"', result.stderr.rpartition("Hint: ")[2])
    assert len(commands) == 2
    for command in map(shlex.split, commands):
        assert command.count("--reason") == command.count("--any-actor") == 1
        assert command[command.index("--reason") + 1] == "it's"
        assert {"--dry-run", "-o", "json"} <= set(command)
        assert "why" not in command
        assert '"dry_run": true' in home.done(*command).stdout


def test_commands_in_notices_keep_the_options(home: Home) -> None:
    for name in ("first", "second"):
        home.done("orchestrator", "register", name, "--flavor", "local")
    home.done("orchestrator", "delete", "second")
    second = home.done("history", "-o", "name").stdout.split()[1]
    result = home.run("undo", second, "--dry-run")
    (command,) = re.findall(r'"zenml (undo .*?)" to undo the one before it', result.stderr)
    assert command.split()[2:] == ["--dry-run"]
