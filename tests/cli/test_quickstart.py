"""The tour is what it says: real commands, in a folder of its own, and nothing outside of it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from tests.support.program import ZENML, Home, Result
from zenml.cli.answers.quickstart import STORY
from zenml.cli.sections import HELP

READING = {"stack list", "status", "history", "show", "audit verify", "artifact-store describe", "diff", "blame"}


@pytest.fixture
def kept(home: Home) -> tuple[Result, Path]:
    folder = home.base / "a tour"
    return home.run("quickstart", "--keep", str(folder), merge=True, check=0), folder


def typed(said: Result) -> list[list[str]]:
    """Returns the command lines of the tour as words."""
    return [shlex.split(line)[1:] for line in re.findall(r"^\$ (zenml .*)$", said.stdout, re.MULTILINE)]


def test_the_story_is_what_the_history_of_the_kept_folder_tells(home: Home, kept: tuple[Result, Path]) -> None:
    said, folder = kept
    lines = typed(said)
    assert len(lines) == len(STORY)
    env = {"ZENML_CONFIG_PATH": str(folder / "config")}
    history = home.done("history", "--all", "--reverse", "-o", "json", env=env).stdout
    changes = json.loads(history)["changes"]
    kinds = ["init", *["change"] * (len(changes) - 3), "undo", "export"]
    assert [change["kind"] for change in changes] == kinds
    assert changes[0]["command"] is None  # made for a command that reads: it asked for no change
    recorded = [shlex.split(change["command"])[1:] for change in changes[1:]]
    refused = [words for words, step in zip(lines, STORY, strict=True) if step.ends]
    reading = [words for words in lines if {words[0], " ".join(words[:2])} & READING]
    writing = [words for words in lines if words not in reading and words not in refused]
    assert recorded == writing
    assert {change["session"] for change in changes} == {"quickstart"}
    # each of them is named when it is made
    assert re.findall(r"Recorded as change ([k-z]+);", said.stdout) == [
        change["change"] for change in changes[1:-1]
    ]
    assert (folder / "review.html").stat().st_size > 5000
    attempts = (folder / "config" / "attempts.jsonl").read_text().splitlines()
    assert [shlex.split(json.loads(line)["command"])[1:] for line in attempts] == refused
    # what was undone is the mistake, and the record of it is whole
    (undone,) = [change for change in changes if change["undone_by"]]
    assert "/wrong" in undone["command"]
    home.done("audit", "verify", env=env)
    assert home.done("status", env=env).stdout == "team/dev\n"


def test_nothing_is_written_outside(home: Home, kept: tuple[Result, Path]) -> None:
    assert sorted(path.name for path in home.base.iterdir()) == ["a tour", "home", "work"]
    assert [*home.home.rglob("*"), *home.work.rglob("*")] == []
    assert str(home.base / "a tour" / "config") in kept[0].stdout.replace("\n", " ")


def test_the_throw_away_folder_is_thrown_away(home: Home) -> None:
    temporary = home.base / "tmp"
    temporary.mkdir()
    said = home.run("quickstart", env={"TMPDIR": str(temporary)}, merge=True, check=0)
    assert str(temporary / "zenml-quickstart-") in said.stdout
    assert list(temporary.iterdir()) == []
    assert "zenml init" in said.stdout.partition("What next:")[2]


def test_it_tours_however_the_shell_is_set_up(home: Home) -> None:
    repository = home.folder("r")
    home.done("init", cwd=repository)
    home.done("stack", "register", "mine", "-a", "default", "-o", "default", cwd=repository)
    env = {"ZENML_ACTIVATED_STACK": "mine", "ZENML_REPOSITORY_PATH": str(repository), "ZENML_REASON": "why"}
    before = home.done("history", "--all", "-o", "json").stdout
    assert "team/dev" in home.run("quickstart", cwd=repository, env=env, check=0).stdout
    assert home.done("history", "--all", "-o", "json").stdout == before


def test_a_folder_with_something_in_it_is_left_alone(home: Home) -> None:
    (home.folder("full") / "file").write_text("mine")
    refused = home.run("quickstart", "--keep", "full", check=1)
    assert refused.stdout == ""
    assert "full is not empty." in refused.stderr
    assert [path.name for path in home.folder("full").iterdir()] == ["file"]
    assert "cannot be used" in home.run("quickstart", "--keep", "full/file", check=1).stderr


def test_the_tour_shows_what_there_is() -> None:
    assert {step.typed.split()[0] for step in STORY} < set(HELP)


@pytest.fixture
def terminal(home: Home) -> Iterator[tuple[pexpect.spawn[str], Path]]:
    temporary = home.base / "tmp"
    temporary.mkdir()
    variables = home.variables({"TERM": "xterm-256color", "TMPDIR": str(temporary)})
    program: pexpect.spawn[str] = pexpect.spawn(
        str(ZENML),
        ["quickstart"],
        env=variables,
        cwd=str(home.work),
        encoding="utf-8",
        timeout=60,
        dimensions=(24, 80),
    )
    yield program, temporary
    program.close(force=True)


def test_on_a_terminal_it_waits_for_the_reader(terminal: tuple[pexpect.spawn[str], Path]) -> None:
    program, temporary = terminal
    for _ in STORY[1:]:
        program.expect_exact("(Enter continues, Ctrl-C ends the tour)")
        assert [path.name[:17] for path in temporary.iterdir()] == ["zenml-quickstart-"]
        program.sendline("")
    program.expect_exact("What next:")
    program.expect(pexpect.EOF)
    program.wait()
    assert program.exitstatus == 0
    assert list(temporary.iterdir()) == []


def test_an_interrupt_ends_it_and_leaves_nothing(terminal: tuple[pexpect.spawn[str], Path]) -> None:
    program, temporary = terminal
    program.expect_exact("(Enter continues")
    program.sendintr()
    program.expect_exact("Aborted!")
    program.expect(pexpect.EOF)
    program.wait()
    assert program.exitstatus == 130
    assert list(temporary.iterdir()) == []
