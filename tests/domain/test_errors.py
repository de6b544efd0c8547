"""How an error ends a command is said once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from zenml import exceptions
from zenml.cli.mistakes.failures import report
from zenml.domain.errors import ENDINGS, LedgerError, UndoConflictError, UnknownSecretError, ending
from zenml.ledger import failed_attempts
from zenml.ledger.origin import origin

ERRORS: list[type[LedgerError]] = sorted(
    {getattr(exceptions, name) for name in exceptions.__all__}, key=lambda kind: kind.__name__
)
MORE: dict[type[LedgerError], dict[str, Any]] = {
    UndoConflictError: {"change": "qpvu", "because": LedgerError(""), "later": ()},
    UnknownSecretError: {"hint": "", "component_type": "alerter", "name": "a", "parameter": "token"},
    exceptions.ComponentClashError: {"component_type": "alerter", "name": "a", "taken": "b"},
}


@pytest.mark.parametrize("kind", ERRORS)
def test_one_line_decides_how_an_error_ends_a_command(kind: type[LedgerError]) -> None:
    fitting = [line for line in ENDINGS if issubclass(kind, line)]
    deciding = [line for line in fitting if all(issubclass(line, other) for other in fitting)]
    assert len(deciding) == 1
    assert issubclass(deciding[0], LedgerError)
    assert ending(kind) == ENDINGS[deciding[0]]


@pytest.mark.parametrize("kind", ERRORS)
def test_what_is_noted_of_an_error_is_how_the_command_ended(kind: type[LedgerError], tmp_path: Path) -> None:
    error = kind("Refused.", **MORE.get(kind, {}))
    failed_attempts.note(str(tmp_path), origin(("stack", "list"), None, None), error)
    noted = json.loads((tmp_path / "attempts.jsonl").read_text())
    assert (noted["exit_code"], noted["outcome"]) == ending(kind)
    assert report(error) == noted["exit_code"]


def test_no_two_kinds_of_error_have_the_same_ending() -> None:
    assert len(set(ENDINGS.values())) == len(ENDINGS)
