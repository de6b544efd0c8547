"""What is offered without the parser is what the parser would offer; else the line is left to the parser."""

from __future__ import annotations

import random

import pytest

from tests.cli.test_plain_lines import COMMANDS
from tests.support.program import Home
from zenml.cli.app import app
from zenml.cli.shells import answer

LINES = {"bash": 6, "zsh": 2, "fish": 2}
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
    used.done("label", "v1", "--reason", "[bold]")
    for name, value in used.variables({"COLUMNS": "300"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(used.work)


def asked(words: list[str], monkeypatch: pytest.MonkeyPatch, shell: str = "bash") -> dict[str, str]:
    """Sets the variables that a shell's script sets at the end of a line, and returns them."""
    line = " ".join(["zenml", *words])
    variables = {
        "_ZENML_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words)),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


def of_the_parser(capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    with pytest.raises(SystemExit):
        app([], prog_name="zenml", standalone_mode=False)
    return capsys.readouterr().out.removesuffix("\n")


def comparable(text: str) -> list[str]:
    """Returns the lines of an answer in one order, without ``-h``.

    The parser has the spellings of ``--help`` in any order, and remembers them from whoever asked for help first.
    """
    lines = text.removeprefix("_arguments '*: :((").removesuffix("))'").split("\n")
    return sorted(line for line in lines if not line.startswith(("-h", '"-h"')))


@pytest.mark.parametrize("shell", LINES)
@pytest.mark.usefixtures("at_home")
def test_both_ways_offer_the_same(
    shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(shell)
    lines = [["sta"], [""], ["stack", ""], ["audit", "anchor", ""], ["config", "-"], ["label", "v1", ""]]
    for words, _ in COMMANDS.values():
        for _ in range(LINES[shell]):
            between = chance.choices(BETWEEN, k=chance.choice([0, 0, 1, 2]))
            lines.append([*words, *between, chance.choice(BEGUN)])
    short = 0
    for line in lines:
        answered = answer(asked(line, monkeypatch, shell))
        if answered is None:
            continue
        short += 1
        text, code = answered
        assert code == 0
        assert text is not None
        assert comparable(text) == comparable(of_the_parser(capsys)), line
    assert short > len(lines) / 2


@pytest.mark.usefixtures("at_home")
def test_fish_asks_whether_there_is_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    is_asked = {"_TYPER_COMPLETE_FISH_ACTION": "is-args"}
    assert answer({**asked(["stack", "set", "p"], monkeypatch, "fish"), **is_asked}) == (None, 0)
    assert answer({**asked(["stack", "set", "q"], monkeypatch, "fish"), **is_asked}) == (None, 1)


@pytest.mark.parametrize(
    "line", ["--", "stack set --global -- ", "stack nothing ", "stack set 'a", "apply --plan="]
)
def test_what_is_not_plain_is_left_to_the_parser(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert answer(asked(line.split(" "), monkeypatch)) is None


@pytest.mark.parametrize("shell", ["powershell", "pwsh", ""])
def test_other_shells_are_left_to_the_parser(shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert answer(asked(["sta"], monkeypatch, shell)) is None


def test_the_commands_of_a_group_are_described_by_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    assert answer(asked(["stack", ""], monkeypatch, "zsh")) is None
