from __future__ import annotations

import ast
from pathlib import Path

import pytest

import zenml
from tests.support.program import Home

HEAVY = {
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
}
PROBE = """
import sys
sys.argv = ["zenml", *{words!r}]
from zenml.cli.entry import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print("imported", *sorted(name for name in sys.modules if name in {heavy!r}))
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
        ["stack", "list", "--at", "now"],
        ["history", "--at", "now", "-o", "json"],
        ["stack", "list", "--output=json"],
        ["stack", "list", "-ojson", "--at=now"],
        ["stack", "describe", "--output", "json", "default"],
        ["orchestrator", "list", "-o", "name"],
        ["status", "--output=json"],
    ],
)
def test_a_command_that_reads_imports_nothing_heavy(words: list[str], used: Home) -> None:
    answered = used.python(PROBE.format(words=words, heavy=HEAVY))
    assert answered.stdout.splitlines()[-1] == "imported"


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
    answered = used.python(PROBE.format(words=words, heavy=PARSER))
    assert answered.stdout.splitlines()[-1] == "imported"


@pytest.mark.parametrize("words", [["--version"], ["-v"], ["--help"], []])
def test_what_is_known_beforehand_imports_next_to_nothing(words: list[str], used: Home) -> None:
    heavy = {
        "typer",
        "typing",
        "sqlite3",
        "json",
        "zenml.repository",
        "zenml.cli.plain",
        "zenml.cli.answers.quick",
    }
    answered = used.python(PROBE.format(words=words, heavy=heavy))
    assert answered.stdout.splitlines()[-1] == "imported"


def test_the_version_needs_no_context_managers(used: Home) -> None:
    answered = used.python(
        PROBE.format(words=["--version"], heavy={"contextlib", "functools", "collections", "re"})
    )
    assert answered.stdout.splitlines()[-1] == "imported"


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
    assert answered.stdout.splitlines() == [offered, "imported"]


def test_two_modules_know_the_parser() -> None:
    root = Path(zenml.__file__).parent
    known = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if "typer" in ast.unparse(node).split() and isinstance(node, (ast.Import, ast.ImportFrom))
    }
    assert known == {"cli/app.py", "cli/parser.py"}
