"""What every refusal owes its reader: one sentence that names the thing, and a next step that can be typed."""

from __future__ import annotations

import re
import shlex

from tests.support.hints import hint_of
from zenml.domain.component_types import COMPONENT_TYPES, command
from zenml.domain.errors import LedgerError

NOUNS = {
    "stack",
    "profile",
    "history",
    "init",
    "label",
    "service",
    *(command(component_type) for component_type in COMPONENT_TYPES),
}
_COMMAND = re.compile(r'"(zenml .*?)"(?= |\.|$)')


def commands(hint: str) -> list[list[str]]:
    """Returns the words of each command a hint names, as a shell would split them."""
    return [shlex.split(line) for line in _COMMAND.findall(hint)]


def check_wording(error: LedgerError) -> None:
    message, hint = error.message, hint_of(error)
    assert re.fullmatch(r"[A-Z'].*\.", message), message
    assert "\n" not in message, message
    assert "failed" not in message, message
    assert "'" in message or message == "No profile is active.", f"names nothing: {message}"
    assert "''" not in message or "it is empty" in message, message
    assert hint.endswith((".", "?")), hint
    found = commands(hint)
    assert found or "Use 1 to 128" in hint or "The types are" in hint, hint
    for program, noun, *_ in found:
        assert program == "zenml"
        assert noun in NOUNS, hint
