"""Nobody is asked about what would be refused anyway."""

from __future__ import annotations

import json

import pytest

from tests.support.program import Home

REFUSED = [
    (("stack", "delete", "default"), "cannot be deleted while it is"),
    (("stack", "delete", "defalt"), "Did you mean 'default'?"),
    (("stack", "delete", "default", "-o", "json"), "cannot be deleted while it is"),
    (("orchestrator", "register", "default", "-f", "local_docker", "-i"), "already exists"),
    (("orchestrator", "register", "a/b", "-f", "local_docker", "-i"), "path separator"),
    (("metadata-store", "register", "default", "-f", "mysql", "--interactive"), "already exists"),
    (("metadata-store", "register", "m", "-f", "msql", "--interactive"), "Did you mean 'mysql'?"),
]


@pytest.mark.parametrize(("words", "said"), REFUSED)
def test_a_refusal_comes_before_the_question(used: Home, words: tuple[str, ...], said: str) -> None:
    answer = used.run(*words, stdin="y\n" * 20, check=1)
    assert said in answer.stderr
    assert "[y/N]" not in answer.output
    assert "): " not in answer.output


def test_the_question_names_the_profile_and_ends_its_line(used: Home) -> None:
    used.done("stack", "register", "dev", "-a", "default", "-o", "default")
    answer = used.run("stack", "delete", "dev", stdin="", check=1, merge=True)
    *_, question, choice, last = answer.stdout.splitlines()
    assert question == "This will delete stack 'dev' of profile 'default'."
    assert choice.startswith("Are you sure you want to proceed? [y/N]")
    assert last == "Aborted!"
    answer = used.run("stack", "delete", "dev", "-o", "json", stdin="", check=1)
    assert answer.stderr.endswith("[y/N]:\nAborted!\n")
    assert answer.stdout.strip() == ""


def test_it_is_noted_once_as_an_attempt(used: Home) -> None:
    used.run("stack", "delete", "default", stdin="y\n", check=1)
    noted = (used.config / "attempts.jsonl").read_text().splitlines()
    assert len(noted) == 1
    assert '"stack"' in noted[0]


def test_a_wrong_command_line_is_noted_as_refused(used: Home) -> None:
    for words in (
        ("stack", "delete", "default", "--at", "now"),
        ("apply",),
        ("orchestrator", "register", "x", "--flavour", "local"),
    ):
        used.run(*words, check=2)
    noted = [json.loads(line) for line in (used.config / "attempts.jsonl").read_text().splitlines()]
    assert {(note["outcome"], note["exit_code"]) for note in noted} == {("refused", 2)}


def test_what_is_asked_and_confirmed_is_done(used: Home) -> None:
    used.done("stack", "register", "dev", "-a", "default", "-o", "default")
    assert "canceled" in used.run("stack", "delete", "dev", stdin="n\n", check=0).stdout
    used.run("stack", "delete", "dev", stdin="y\n", check=0)
    assert used.done("stack", "list", "-o", "name").stdout == "stack/default\n"


def test_a_repeated_command_with_a_key_is_answered_as_before(used: Home) -> None:
    used.done("stack", "register", "dev", "-a", "default", "-o", "default")
    words = ("stack", "delete", "dev", "--idempotency-key", "k")
    first = used.run(*words, stdin="y\n", check=0)
    again = used.run(*words, stdin="y\n", check=0)
    assert "Deleted stack 'dev'." in first.stdout
    assert "not done again" in again.stderr
