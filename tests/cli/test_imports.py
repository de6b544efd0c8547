from __future__ import annotations

import ast
from pathlib import Path

import pytest

import zenml
from tests.support.program import Home

HEAVY = {
    "humanize",
    "typer",
    "rich",
    "pydantic",
    "eventsourcing",
    "orjson",
    "yaml",
    "platformdirs",
    "dataclasses",
    "cryptography",
    "hashlib",
    "signal",
    "datetime",
    "enum",
    "inspect",
    "json",
    "re",
    "shlex",
    "subprocess",
    "typing",
}
MOST = 66
"""Modules of ours: each costs a hundredth of a bare Python, whatever is in it."""

PROBE = """
import sys
sys.argv = ["zenml", *{words!r}]
from zenml.cli.entry import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
ours = [name for name in sys.modules if name.split(".")[0] == "zenml"]
print("imported", len(ours), *sorted(name for name in sys.modules if name in {heavy!r}))
"""


@pytest.mark.parametrize(
    "words",
    [
        ["stack", "get"],
        ["profile", "get"],
        ["stack", "list"],
        ["profile", "list"],
        ["orchestrator", "get"],
        ["status"],
        ["stack", "list", "--output=json"],
        ["stack", "describe", "--output", "json", "default"],
        ["orchestrator", "list", "-o", "name"],
        ["orchestrator", "describe", "-o", "json"],
        ["status", "--output=json"],
    ],
)
def test_a_command_that_reads_imports_nothing_heavy(words: list[str], used: Home) -> None:
    _, count, *heavy = imported(used, words)
    assert heavy == []
    assert int(count) <= MOST


@pytest.mark.parametrize("words", [["history"], ["history", "-o", "json"], ["history", "--output=name"]])
def test_the_history_imports_nothing_heavy_either(words: list[str], used: Home) -> None:
    assert imported(used, words)[2:] == []


@pytest.mark.parametrize(
    "words",
    [
        ["stack", "list", "--at", "now"],
        ["history", "--at", "now", "-o", "json"],
        ["stack", "list", "-ojson", "--at=now"],
    ],
)
def test_a_look_at_the_past_imports_what_times_need(words: list[str], used: Home) -> None:
    assert {*imported(used, words)[2:]} <= {"datetime", "enum", "re", "typing"}


def imported(used: Home, words: list[str], heavy: set[str] = HEAVY) -> list[str]:
    """Returns the last line of a probe: how many modules of ours a command imports, and those that are heavy."""
    return used.python(PROBE.format(words=words, heavy=heavy)).stdout.splitlines()[-1].split()


PARSER = {"typer", "rich", "zenml.cli.app", "zenml.cli.parser"}


@pytest.mark.parametrize(
    "words",
    [
        ["undo"],
        ["undo", "-n", "1", "--dry-run"],
        ["stack", "set", "default"],
        ["stack", "register", "t", "-a", "default", "--orchestrator=default", "--reason", "why"],
        ["orchestrator", "register", "o", "--flavor=local"],
        ["apply", "stacks.yaml"],
        ["label", "v1"],
    ],
)
def test_a_plain_line_needs_no_parser(words: list[str], used: Home) -> None:
    used.done("stack", "register", "s", "-a", "default", "-o", "default")
    used.work.joinpath("stacks.yaml").write_text(used.done("export").stdout)
    assert imported(used, words, PARSER)[2:] == []


@pytest.mark.parametrize("words", [["--version"], ["-v"], ["--help"], []])
def test_what_is_known_beforehand_imports_next_to_nothing(words: list[str], used: Home) -> None:
    heavy = {
        "typer",
        "typing",
        "sqlite3",
        "json",
        "zenml.repository",
        "zenml.cli.plain",
        "zenml.cli.quick",
    }
    assert imported(used, words, heavy)[2:] == []


def test_the_version_needs_no_context_managers(used: Home) -> None:
    assert imported(used, ["--version"], {"contextlib", "functools", "collections", "re"})[2:] == []


@pytest.mark.parametrize(
    ("shell", "offered"), [("bash", "default"), ("fish", "default\tdefault, default, default")]
)
def test_what_is_offered_needs_no_parser(shell: str, offered: str, used: Home) -> None:
    line = "zenml stack set "
    variables = {
        "_ZENML_COMPLETE": f"complete_{shell}",
        **{"COMP_WORDS": line, "COMP_CWORD": "3"},
        **{"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
    }
    answered = used.python(PROBE.format(words=[], heavy={*PARSER, "inspect", "uuid"}), env=variables)
    assert answered.stdout.splitlines()[0] == offered
    assert answered.stdout.split()[-1].isdigit()


def test_two_modules_know_the_parser() -> None:
    root = Path(zenml.__file__).parent
    known = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if "typer" in ast.unparse(node).split() and isinstance(node, (ast.Import, ast.ImportFrom))
    }
    assert known == {"cli/app.py", "cli/parser.py"}
