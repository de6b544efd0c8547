"""What bash is offered without the parser is what the parser would offer; else the line is left to the parser."""

from __future__ import annotations

import random

import pytest

from tests.cli.test_plain_lines import COMMANDS
from tests.support.program import Home
from zenml.cli.app import app
from zenml.cli.tab import offered

LINES = 6
"""Of each command."""
BEGUN = ["", "", "d", "-", "--", "--r", "u", "stack/", "orchestrator/d", "x"]
BETWEEN = [
    "default",
    "p",
    "user",
    "-o",
    "json",
    "--reason",
    "--dry-run",
    "--flavor",
    "local",
    "-a",
    "--",
    "a=b",
    "-x",
]


@pytest.fixture
def at_home(used: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes this process one of that home."""
    used.done("stack", "register", "prod", "-a", "default", "-o", "default")
    used.done("label", "v1")
    for name, value in used.variables().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("_ZENML_COMPLETE", "complete_bash")
    monkeypatch.chdir(used.work)


def asked(words: list[str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Sets the variables that the shell's script sets at the end of a line, and returns them."""
    variables = {
        "_ZENML_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join(["zenml", *words]),
        "COMP_CWORD": str(len(words)),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


def of_the_parser(capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    with pytest.raises(SystemExit):
        app([], prog_name="zenml", standalone_mode=False)
    return capsys.readouterr().out.removesuffix("\n").split("\n")


@pytest.mark.usefixtures("at_home")
def test_both_ways_offer_the_same(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(1)
    lines = [["sta"], [""], ["stack", ""], ["audit", "anchor", ""], ["config", "-"], ["label", "v1", ""]]
    for words, _ in COMMANDS.values():
        for _ in range(LINES):
            between = chance.choices(BETWEEN, k=chance.choice([0, 0, 1, 2]))
            lines.append([*words, *between, chance.choice(BEGUN)])
    short = 0
    for line in lines:
        offers = offered(asked(line, monkeypatch))
        if offers is None:
            continue
        short += 1
        # the parser has the spellings of --help in any order
        assert sorted(offers or [""]) == sorted(of_the_parser(capsys)), line
    assert short > len(lines) / 2


@pytest.mark.parametrize(
    "line", ["--", "stack set --global -- ", "stack nothing ", "stack set 'a", "apply --plan="]
)
def test_what_is_not_plain_is_left_to_the_parser(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert offered(asked(line.split(" "), monkeypatch)) is None


def test_another_shell_is_left_to_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    assert offered({**asked(["sta"], monkeypatch), "_ZENML_COMPLETE": "complete_fish"}) is None
