"""Names: any script, 1 to 128 characters, shown as they are; never markup, never a path."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.support.files import contents
from tests.support.program import Home
from tests.support.tables import column, is_table_line

PARTS = ("-m", "default", "-a", "default", "-o", "default")
BAD = {
    "empty": "",
    "a way up": "../..",
    "a path": "a/b",
    "an absolute path": "/etc",
    "another separator": "a\\b",
    "a line break": "a\nb",
    "a tab": "a\tb",
    "an escape": "\x1b[31mred",
    "a C1 control": "a\x9bb",
    "129 characters": "x" * 129,
    "closing markup": "[/bold]y",
}
GOOD = {
    "umlauts and Chinese": "größe-栈",
    "emoji": "🚀 prod",
    "right to left": "إنتاج",
    "markup": "[red]x",
    "more markup": "[bold blink]y[[z]",
    "an emoji code": ":smile:",
    "a number": "123",
    "a YAML word": "true",
    "YAML signs": "a: {b} # c",
    "quotes": 'it\'s "so"',
    "128 characters": "x" * 128,
}
DOORS = {
    "stack": ("stack", "register", "{}", *PARTS),
    "component": ("orchestrator", "register", "{}", "--flavor=local"),
    "profile": ("profile", "create", "{}"),
    "stack rename": ("stack", "rename", "s1", "{}"),
    "component rename": ("orchestrator", "rename", "o1", "{}"),
}


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """One machine for all: each test uses names of its own."""
    machine = Home(tmp_path_factory.mktemp("names").resolve())
    machine.done("stack", "register", "s1", *PARTS)
    machine.done("orchestrator", "register", "o1", "--flavor=local")
    return machine


@pytest.fixture(scope="module")
def repository(machine: Home) -> Path:
    folder = machine.folder("project")
    machine.done("init", cwd=folder)
    return folder


def filled(door: str, name: str) -> list[str]:
    return [word.replace("{}", name) for word in DOORS[door]]


def lists(home: Home) -> list[str]:
    return [home.done(noun, "list").stdout for noun in ("stack", "orchestrator", "profile")]


@pytest.mark.parametrize("door", DOORS)
def test_a_bad_name_is_refused_at_every_door(machine: Home, door: str) -> None:
    before = lists(machine)
    for what, name in BAD.items():
        answer = machine.run(*filled(door, name))
        assert answer.exit in (1, 2), f"{what}\n{answer.report()}"
        assert len([line for line in answer.stderr.splitlines() if "Error" in line]) == 1, answer.report()
        assert "\x1b" not in answer.output, what
        assert "\x9b" not in answer.output, what
    assert lists(machine) == before


def test_a_name_never_becomes_a_path(machine: Home) -> None:
    def profile_files() -> set[Path]:
        return {path for path in contents(machine.base) if path.name == "profile.yaml"}

    def elsewhere() -> set[Path]:
        config = machine.config.relative_to(machine.base)
        return {path for path in contents(machine.base) if config not in path.parents}

    before = elsewhere()
    for name in ("..", ".", "~", "%2e%2e", "CON", "a:b", "-"):
        machine.run("profile", "create", "--", name)
        machine.run("orchestrator", "register", "--flavor=local", "--", name)
    assert elsewhere() == before
    profiles = (machine.config / "profiles").relative_to(machine.base)
    assert {path.parent.parent for path in profile_files()} == {profiles}


@pytest.mark.parametrize("name", GOOD.values(), ids=GOOD)
def test_a_good_name_is_shown_as_it_is(machine: Home, repository: Path, name: str) -> None:
    for door in ("stack", "component", "profile"):
        assert name in machine.done(*filled(door, name)).output
    tables = [machine.done(noun, "list") for noun in ("stack", "orchestrator", "profile")]
    for answer, heading in zip(tables, ("STACK NAME", "NAME", "PROFILE NAME"), strict=True):
        assert name in column(answer.rows, heading), answer.report()
        widths = {cell_len(line) for line in answer.stdout.splitlines() if is_table_line(line)}
        assert len(widths) == 1, answer.report()
    machine.done("stack", "set", name)
    assert machine.done("stack", "get").stdout == f"The active stack is: '{name}'\n"
    assert name in machine.done("stack", "describe", name).stdout
    assert name in machine.done("orchestrator", "describe", name).stdout
    # and through a repository's file
    machine.done("stack", "set", name, cwd=repository)
    assert machine.done("stack", "get", cwd=repository).stdout == f"The active stack is: '{name}'\n"


def test_names_are_told_apart_by_their_case(machine: Home) -> None:
    machine.done("stack", "register", "S1", *PARTS)
    assert {"S1", "s1"} <= set(column(machine.done("stack", "list").rows, "STACK NAME"))


def test_an_unknown_name_with_markup_is_repeated_as_it_is(machine: Home) -> None:
    for name in ("[red]x[/red]", "[/bold]y"):
        assert name in machine.run("stack", "set", name, check=1).stderr
