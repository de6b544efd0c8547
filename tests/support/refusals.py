"""What every refusal owes its reader: one sentence, the thing's name, and a next step that exists."""

from __future__ import annotations

import re
import shlex

from tests.support.program import Home, Result

QUOTED_COMMAND = re.compile(r"'zenml ([^']+)'")
PLACEHOLDER = re.compile(r"[<>\[\]…]|\b[A-Z]{2,}")


def errors(answer: Result) -> list[str]:
    """Returns the lines that say what was wrong."""
    return [line for line in answer.stderr.splitlines() if line.startswith("Error: ")]


def refused(answer: Result, *named: str) -> Result:
    """Checks a refusal: exit code 1, no data, and one sentence that names the things."""
    answer.exits(1)
    assert len(errors(answer)) == 1, answer.report()
    for name in named:
        assert name in errors(answer)[0], answer.report()
    assert not answer.stdout.strip(), answer.report()
    return answer


def hinted(answer: Result, home: Home) -> None:
    """Checks that a refusal names a next command, and that the program knows each one it names."""
    commands = QUOTED_COMMAND.findall(answer.said)
    assert commands, answer.report()
    for command in commands:
        if not PLACEHOLDER.search(command):
            home.run(*shlex.split(command), "--help", check=0)
