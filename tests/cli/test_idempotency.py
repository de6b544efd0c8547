"""A command that is sent twice with one key is done once, and says the same both times."""

from __future__ import annotations

import json

import pytest

from tests.support.program import Home
from zenml.exceptions import RepeatedKeyError
from zenml.ledger.change import Change
from zenml.repository import Repository

KEYED = ("--idempotency-key", "job 7")
COMMANDS = [
    ("orchestrator", "register", "kf", "--flavor", "local"),
    ("stack", "rename", "default", "main"),
    ("stack", "register", "prod", "-a", "default", "-o", "default", "--set"),
    ("profile", "create", "team"),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_the_same_command_gives_the_first_result_again(home: Home, words: tuple[str, ...]) -> None:
    home.done("stack", "list")
    first = home.done(*words, *KEYED)
    history = home.done("history", "--all").stdout
    again = home.done(*words, *KEYED)
    assert again.stdout == first.stdout
    assert "Already done with the same idempotency key, as change " in again.stderr
    assert home.done("history", "--all").stdout == history


def test_for_programs_the_answer_is_the_same_to_the_letter(home: Home) -> None:
    words = ("stack", "rename", "default", "main", *KEYED, "-o", "json")
    first = home.done(*words)
    assert home.done(*words).stdout == first.stdout
    assert json.loads(first.stdout)["change"]["summary"] == "rename stack 'default' to 'main'"


def test_another_command_with_the_key_is_refused(home: Home) -> None:
    home.done(*COMMANDS[0], *KEYED)
    history = home.done("history", "--all").stdout
    said = home.run(*COMMANDS[1], *KEYED, check=1).stderr
    assert "Error: The idempotency key 'job 7' was used before, for another command.\n" in said
    assert home.done("history", "--all").stdout == history
    home.done(*COMMANDS[1], "--idempotency-key", "job 8")


def test_the_key_may_stand_in_the_environment(home: Home) -> None:
    keyed = {"ZENML_IDEMPOTENCY_KEY": "job 7"}
    home.run(*COMMANDS[0], env=keyed, check=0)
    home.run(*COMMANDS[0], env=keyed, check=0)
    home.run(*COMMANDS[1], env=keyed, check=1)
    assert home.run("orchestrator", "list", env=keyed, check=0).stdout.count("kf") == 1


def test_an_undo_is_done_once_too(home: Home) -> None:
    home.done(*COMMANDS[0])
    home.done(*COMMANDS[1])
    keyed = {"ZENML_IDEMPOTENCY_KEY": "job 7"}
    first = home.run("undo", env=keyed, check=0)
    assert home.run("undo", env=keyed, check=0).stdout == first.stdout
    assert "kf" in home.done("orchestrator", "list").stdout
    assert "main" not in home.done("stack", "list").stdout


def test_what_was_refused_may_be_tried_again_with_its_key(home: Home) -> None:
    words = ("orchestrator", "delete", "kf", *KEYED)
    home.run(*words, check=1)
    home.done(*COMMANDS[0])
    home.done(*words)
    home.done(*words)


def test_commands_that_differ_in_a_secret_alone_differ(home: Home) -> None:
    words = ("container-registry", "register", "reg", "--flavor", "default", *KEYED)
    home.done(*words, "--secret", "uri=canary-one")
    home.done(*words, "--secret", "uri=canary-one")
    home.run(*words, "--secret", "uri=canary-two", check=1)


@pytest.mark.parametrize("key", ["", "x" * 257])
def test_a_key_has_a_length(home: Home, key: str) -> None:
    said = home.run(*COMMANDS[1], "--idempotency-key", key, check=1).stderr
    assert f"Error: An idempotency key has 1 to 256 characters, not {len(key)}.\n" in said


def test_a_dry_run_uses_no_key_up(home: Home) -> None:
    home.done(*COMMANDS[0], *KEYED, "--dry-run")
    home.done(*COMMANDS[1], *KEYED)


def test_in_python_a_method_and_its_arguments_are_the_command(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENML_CONFIG_PATH", str(home.config))
    monkeypatch.setenv("XDG_STATE_HOME", str(home.base / "state"))
    repo = Repository(idempotency_key="job 7")
    first = repo.rename_stack("default", "main")
    again = repo.rename_stack("default", "main")
    assert isinstance(first, Change)
    assert again == first._replace(repeated=True)
    with pytest.raises(RepeatedKeyError):
        repo.rename_stack("main", "default")
    with pytest.raises(RepeatedKeyError), repo.change():
        pytest.fail("a block cannot be left out, so it is not begun")
