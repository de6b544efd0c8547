from __future__ import annotations

import pytest

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


def imported(used: Home, words: list[str]) -> list[str]:
    """Returns the last line of a probe: how many modules of ours a command imports, and the heavy ones."""
    return used.python(PROBE.format(words=words, heavy=HEAVY)).stdout.splitlines()[-1].split()


def test_undo_needs_no_parser(used: Home) -> None:
    used.done("stack", "register", "s", "-a", "default", "-o", "default")
    assert "typer" not in imported(used, ["undo"])
