"""What is not seen in values and reasons is shown to people, and handed to programs as it is."""

from __future__ import annotations

import json

import pytest

from tests.support.program import Home

HIDDEN = "in\U000e0041visi\u200bble\u202e\ufe0f\x9b"
SHOWN = r"in\U000e0041visi\u200bble\u202e\ufe0f\x9b"
FOR_PEOPLE = [
    "artifact-store list",
    "artifact-store describe a",
    "history",
    "show",
    "diff first",
    "blame artifact-store a",
]


@pytest.fixture
def machine(home: Home) -> Home:
    home.done("artifact-store", "register", "a", "--flavor=s3", f"--path=s3://{HIDDEN}", "--reason", HIDDEN)
    home.done("label", "first")
    home.done("artifact-store", "update", "a", f"--path=s3://b{HIDDEN}", "--reason", HIDDEN)
    return home


def test_people_see_what_is_hidden(machine: Home) -> None:
    for words in FOR_PEOPLE:
        answer = machine.done(*words.split())
        assert SHOWN in answer.output, answer.report()
        assert HIDDEN[2] not in answer.output, answer.report()
    refused = machine.run("stack", "describe", HIDDEN, check=1)
    assert SHOWN in refused.stderr
    dry = machine.done("artifact-store", "update", "a", f"--path=s3://c{HIDDEN}", "--dry-run")
    assert SHOWN in dry.output


def test_programs_get_what_is_there(machine: Home) -> None:
    answer = machine.done("artifact-store", "describe", "a", "-o", "json")
    assert all(character.isprintable() or character == "\n" for character in answer.stdout)
    assert json.loads(answer.stdout)["component"]["parameters"]["path"] == f"s3://b{HIDDEN}"
    (newest, *_) = machine.done("history", "-o", "jsonl").stdout.splitlines()
    assert json.loads(newest)["reason"] == HIDDEN
