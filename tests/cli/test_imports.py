from __future__ import annotations

import pytest

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


def test_undo_needs_no_parser(used: Home) -> None:
    used.done("stack", "register", "s", "-a", "default", "-o", "default")
    answered = used.python(PROBE.format(words=["undo"], heavy=HEAVY))
    assert "typer" not in answered.stdout.splitlines()[-1].split()
