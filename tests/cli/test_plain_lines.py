"""The short way in gives a command what the parser would give it, or leaves the line to the parser."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from zenml.cli.app import program
from zenml.cli.groups import Command, Group
from zenml.cli.options.declared import REQUIRED, DeclaredParameter
from zenml.cli.plain import understand
from zenml.cli.screen import showing
from zenml.cli.sections import ALIASES, COMPONENTS, HELP
from zenml.cli.tree import at_the_top


@pytest.fixture(autouse=True)
def tables_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undoes what ``-o wide`` of a line that was only read has done to this process."""
    monkeypatch.setattr(showing, "_whole", False)


NAMES = [*(name for name in HELP if name not in COMPONENTS), "orchestrator", *ALIASES]
LINES = 40
"""Of each command."""
WORDS = ["default", "a", "stack/default", "7", "0", "-1", "v1..v2", "ü", "x=y", "@file", "user", "-", "--", "help"]
ODD = [
    "",
    "--nothing",
    "--nothing=1",
    "-q",
    "--help",
    "-h",
    "--version",
    "-",
    "--",
    "-=",
    "--=",
    "-yf",
    "--no-yes",
]


def leaves(entry: Command | Group, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Command]]:
    """Yields each command with the words that name it; a group that answers is one too."""
    if isinstance(entry, Command):
        yield words, entry
        return
    if entry.own is not None:
        yield words, entry.own
    for name, further in entry.commands.items():
        yield from leaves(further, (*words, name))


def _top(name: str) -> Command | Group:
    entry = at_the_top(name)
    assert entry is not None
    return entry


COMMANDS = {" ".join(words): (words, found) for name in NAMES for words, found in leaves(_top(name), (name,))}


def _value(parameter: DeclaredParameter, chance: random.Random) -> str:
    known = parameter.choices or (("7",) if parameter.is_number else ("user", "default"))
    return chance.choice(known if chance.random() < 0.9 else WORDS)


def _spelled(parameter: DeclaredParameter, chance: random.Random) -> list[str]:
    spelling = chance.choice(parameter.about.names)
    if parameter.is_flag:
        return [spelling if chance.random() < 0.9 else f"{spelling}=1"]
    value = _value(parameter, chance)
    return chance.choice([[spelling, value], [f"{spelling}={value}"], [f"{spelling}{value}"], [spelling]])


def _line(words: tuple[str, ...], command: Command, chance: random.Random) -> list[str]:
    """Returns a line that is right, or nearly so."""
    options = [parameter for parameter in command.parameters if not parameter.is_argument]
    chosen = [parameter for parameter in options if parameter.default is REQUIRED and chance.random() < 0.95]
    if options:
        chosen += chance.choices(options, k=chance.choice([0, 1, 1, 2, 3]))
    pieces = [_spelled(parameter, chance) for parameter in chosen]
    for parameter in command.parameters:
        if parameter.is_argument and chance.random() < (0.95 if parameter.default is REQUIRED else 0.6):
            pieces.extend(
                [_value(parameter, chance)] for _ in range(chance.choice([1, 2, 3]) if parameter.is_many else 1)
            )
    if chance.random() < 0.2:
        pieces.append([chance.choice([*ODD, *WORDS])])
    chance.shuffle(pieces)
    return [*words, *(word for piece in pieces for word in piece)]


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Command, dict[str, Any]]]:
    """What commands were run with: none does anything."""
    calls: list[tuple[Command, dict[str, Any]]] = []

    def recorder(command: Command) -> Any:
        def run(**values: Any) -> None:
            calls.append((command, values))

        return run

    for _, command in COMMANDS.values():
        assert command.parameters is not None  # read before its function is replaced
        replaced = recorder(command)
        replaced.__doc__, replaced.__name__ = command.run.__doc__, command.run.__name__
        monkeypatch.setattr(command, "run", replaced)
    return calls


@pytest.mark.parametrize("name", COMMANDS)
def test_both_ways_give_a_command_the_same_values(
    name: str, ran: list[tuple[Command, dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    words, command = COMMANDS[name]
    chance = random.Random(name)
    monkeypatch.setenv("ZENML_IDEMPOTENCY_KEY", chance.choice(["", "key"]))
    short = 0
    for line in [list(words), *(_line(words, command, chance) for _ in range(LINES))]:
        understood = understand(line)
        if understood is None:
            continue
        short += 1
        ran.clear()
        program()(line, prog_name="zenml", standalone_mode=False)
        assert ran == [understood], line
        assert {key: type(value) for key, value in ran[0][1].items()} == {
            key: type(value) for key, value in understood[1].items()
        }, line
    assert short > 2, "hardly any line is plain"


@pytest.mark.parametrize(
    "line",
    [
        "stack register s -a default -o default",
        "stack register s -adefault --orchestrator=default --set --dry-run",
        "stack set default -g --reason why",
        "stack delete s -y",
        "orchestrator register o --flavor local_docker --docker_parent_image=python:3.11",
        "undo",
        "undo -n 2 --cascade",
        "redo kkkk",
        "apply stacks.yaml more.yaml --prune",
        "history --limit 3 --output=jsonl",
        "label v1",
        "bisect --good v1 -- zenml stack get",
        "config -o json",
        "audit verify --against a --against b",
        "key set",
    ],
)
def test_what_people_type_is_plain(line: str) -> None:
    assert understand(line.split()) is not None


@pytest.mark.parametrize(
    "line",
    [
        "",
        "stack",
        "nothing",
        "stack set",
        "stack set a b",
        "stack set --help",
        "stack set a --global --global",
        "stack set a --at now",
        "stack help",
        "help stack",
        "stack set a -gx",
        "undo -n 0",
        "undo -n many",
        "orchestrator register --help",
        "config user",
        "config set host ann",
        "--version stack",
    ],
)
def test_what_is_not_plain_is_left_to_the_parser(line: str) -> None:
    assert understand(line.split()) is None
