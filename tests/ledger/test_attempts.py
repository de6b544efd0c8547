"""What the file of attempts keeps of a refused command: the names in it, and nothing that was typed as a value."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from zenml.domain.errors import InvalidValueError
from zenml.ledger.failed_attempts import note
from zenml.ledger.origin import origin


def noted(
    folder: Path, words: tuple[str, ...], message: str = "It is refused.", reason: str = ""
) -> dict[str, str]:
    note(str(folder), origin(words, None, reason or None), InvalidValueError(message), secret_names={"key"})
    found: dict[str, str] = json.loads((folder / "attempts.jsonl").read_text())
    return found


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (("register", "a", "--flavor=slack", "--tokn=X"), ("register", "a", "--flavor=***", "--tokn=***")),
        (("register", "a", "-f", "slack", "--tokn", "X"), ("register", "a", "-f", "***", "--tokn", "***")),
        (("register", "-f", "slack", "a", "X"), ("register", "-f", "***", "a", "***")),
        (("register", "--tokn=X", "a", "X", "--y"), ("register", "--tokn=***", "a", "***", "--y")),
        (("register", "a", "-X", "--y=X"), ("register", "a", "-X", "--y=***")),
        (("register", "a", "-hunter2", "--y=X"), ("register", "a", "***", "--y=***")),
        (("update", "a", "X", "--y", "--z=X"), ("update", "a", "***", "--y", "--z=***")),
        (("remove-attribute", "a", "X", "--y"), ("remove-attribute", "a", "***", "--y")),
        (("remove-attribute", "a", "--y", "X"), ("remove-attribute", "a", "--y", "***")),
        (("register", "a", "--secret", "token=X"), ("register", "a", "--secret", "***")),
        (("rename", "a", "b"), ("rename", "a", "b")),
        (("register",), ("register",)),
    ],
)
def test_of_values_only_stars_are_kept(tmp_path: Path, words: tuple[str, ...], kept: tuple[str, ...]) -> None:
    line = noted(tmp_path, ("artifact-store", *words))["command"]
    assert line.replace("'", "").split() == ["zenml", "artifact-store", *kept]


def test_other_commands_lose_what_is_a_secret(tmp_path: Path) -> None:
    words = ("stack", "update", "s", "-o", "default", "--password=hunter2", "https://TOKEN@h")
    assert noted(tmp_path, words)["command"].replace("'", "") == (
        "zenml stack update s -o default --password=*** https://***@h"
    )


@pytest.mark.parametrize(
    "option", ["--password=hunter2", "--secret=x=hunter2", "--key=hunter2", "--u=a:hunter2@h"]
)
def test_the_message_and_the_reason_lose_what_was_typed_as_a_secret(tmp_path: Path, option: str) -> None:
    words = ("artifact-store", "register", "a", option)
    found = noted(tmp_path, words, "There is no 'hunter2'.", "hunter2 is the new one, with token=abc")
    assert (found["message"], found["reason"]) == ("There is no '***'.", "*** is the new one, with token=***")
