"""``zenml key …``: what it shows, what it takes, and that nobody sees a key who did not ask for it."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pexpect
import pytest

from tests.support import shared
from tests.support.program import ZENML, Home
from tests.support.refusals import hinted, refused
from tests.support.terminal import on_terminal

WRONG = "0123456789abcdef" * 4
PARAMETERS = ("--tracking_uri=http://h", "--tracking_token=t12345")
SECRET = ("experiment-tracker", "register", "x", "-f", "mlflow", *PARAMETERS)


@pytest.fixture
def sealed(used: Home) -> Home:
    """A home with a secret."""
    used.done(*SECRET)
    return used


def shown(home: Home, *words: str) -> dict[str, object]:
    """Returns what is shown of a key."""
    document: dict[str, object] = json.loads(home.done("key", "show", *words, "-o", "json").stdout)["key"]
    return document


def key_of(home: Home) -> str:
    return (home.config / "ledger.key").read_text().strip()


def test_show_tells_everything_but_the_key(sealed: Home) -> None:
    document = shown(sealed)
    assert document == {
        "profile": None,
        "ledger": None,
        "source": str(sealed.config / "ledger.key"),
        "in_environment": False,
        "state": "right",
        "secrets": 1,
        "fingerprint": document["fingerprint"],
        "readable_by_others": False,
    }
    answer = sealed.done("key", "show")
    assert str(document["fingerprint"]) in answer.stdout
    assert key_of(sealed) not in answer.output
    states = {WRONG: "wrong", "abc": "unusable", key_of(sealed): "right"}
    assert {text: shown_with(sealed, text) for text in states} == states
    (sealed.config / "ledger.key").unlink()
    assert (shown(sealed)["state"], shown(sealed)["fingerprint"]) == ("missing", None)


def shown_with(home: Home, text: str) -> object:
    """Returns the state of a key that a variable holds."""
    answer = home.done("key", "show", "-o", "json", env={"ZENML_LEDGER_KEY": text})
    return json.loads(answer.stdout)["key"]["state"]


def test_others_who_can_read_the_file_are_mentioned(sealed: Home) -> None:
    (sealed.config / "ledger.key").chmod(0o644)
    assert "chmod 600" in sealed.done("key", "show").stderr


def test_an_exported_key_is_for_its_owner_and_imported_elsewhere(sealed: Home) -> None:
    key = key_of(sealed)
    answer = sealed.done("key", "export", "--out", "own.key")
    file = sealed.work / "own.key"
    assert file.read_text() == f"{key}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert key not in answer.output
    refused(sealed.run("key", "export", "--out", "own.key"), "own.key already exists")
    assert sealed.done("key", "export").stdout == f"{key}\n"
    (sealed.config / "ledger.key").unlink()
    assert "ledger.key is missing" in sealed.run("key", "export", check=5).stderr
    sealed.done("key", "import", "own.key")
    assert key_of(sealed) == key
    assert stat.S_IMODE((sealed.config / "ledger.key").stat().st_mode) == 0o600
    assert "Nothing to change." in sealed.run("key", "import", "-", stdin=f"{key}\n", check=0).stderr


def test_a_key_that_does_not_fit_is_refused_and_not_repeated(sealed: Home) -> None:
    (sealed.work / "wrong.key").write_text(WRONG)
    for words in (("key", "import", "wrong.key"), ("key", "set")):
        answer = sealed.run(*words, stdin=WRONG, check=1)
        assert "opens none of the 1 secrets" in answer.stderr
        assert WRONG not in answer.output
        hinted(answer, sealed)
    answer = sealed.run("key", "set", stdin="hunter22", check=1)
    assert "is not a key, which has 64 hex digits" in answer.stderr
    assert "hunter22" not in answer.output
    assert WRONG not in (sealed.config / "attempts.jsonl").read_text()
    refused(sealed.run("key", "import", "nowhere.key"), "The file 'nowhere.key' does not exist.")


def test_a_key_comes_on_standard_input_and_never_as_an_argument(sealed: Home) -> None:
    key = key_of(sealed)
    (sealed.config / "ledger.key").unlink()
    assert sealed.run("key", "set", key, check=2).stdout == ""
    answer = sealed.run("key", "set", stdin=f"{key}\n", check=0)
    assert key_of(sealed) == key
    assert key not in answer.output


@pytest.mark.slow
def test_on_a_terminal_the_key_is_shown_only_to_who_says_so(sealed: Home) -> None:
    for said, answer in (("n", False), ("y", True)):
        program = typing(sealed, "key", "export")
        program.expect("Show it.*: ")
        program.sendline(said)
        program.expect(pexpect.EOF)
        assert (key_of(sealed) in str(program.before)) is answer
    assert key_of(sealed) in on_terminal(sealed, "key", "export", "--out", "-")


@pytest.mark.slow
def test_a_typed_key_is_not_echoed(sealed: Home) -> None:
    key = key_of(sealed)
    (sealed.config / "ledger.key").unlink()
    program = typing(sealed, "key", "set")
    program.expect(r"The key of this machine \(64 hex digits\): ")
    program.sendline(key)
    program.expect(pexpect.EOF)
    assert key not in str(program.before)
    assert key_of(sealed) == key


def typing(home: Home, *words: str) -> pexpect.spawn[str]:
    """Runs a command on a terminal on which somebody types."""
    variables = home.variables({"TERM": "dumb"})
    return pexpect.spawn(str(ZENML), list(words), env=variables, cwd=str(home.work), encoding="utf-8", timeout=60)


def test_rotate_tells_what_it_did_and_the_secrets_stay(sealed: Home) -> None:
    before = shown(sealed)["fingerprint"]
    answer = sealed.done("key", "rotate")
    after = shown(sealed)
    assert after["fingerprint"] != before
    assert (after["state"], after["secrets"]) == ("right", 1)
    assert f"The key of this machine is now {after['fingerprint']}" in answer.stdout
    assert "It opens 1 secret; none has changed." in answer.stderr
    assert key_of(sealed) not in answer.output
    assert sealed.done("audit", "verify").stdout.count(" ok ") >= 6
    assert "Nothing to undo" not in sealed.done("undo").stderr  # the newest change is the one of before


def test_a_profile_that_is_not_shared_has_no_key_of_its_own(used: Home) -> None:
    for words in (("show",), ("export",), ("rotate",), ("set",), ("import", "-")):
        answer = used.run("key", *words, "--profile", "default", stdin=WRONG, check=1)
        assert "Profile 'default' is not shared" in answer.stderr
        hinted(answer, used)
    assert "Profile 'nope' does not exist." in used.run("key", "show", "--profile", "nope", check=1).stderr


def test_members_of_a_team_hand_the_key_over(tmp_path: Path) -> None:
    one, other = shared.machine(tmp_path / "one", "north"), shared.machine(tmp_path / "other", "south")
    profile = shared.begun(one, "team")
    one.done(*SECRET)
    shared.joined(one, other, profile, "crew")
    assert shown(other, "--profile", "crew")["state"] == "missing"
    answer = other.run("key", "export", "--profile", "crew", check=1)
    assert "The key of profile 'crew' is not on this machine" in answer.stderr
    hinted(answer, other)
    file = tmp_path / "team.key"
    one.done("key", "export", "--profile", "team", "--out", str(file))
    other.done("key", "import", str(file), "--profile", "crew")
    document = shown(other, "--profile", "crew")
    assert document["profile"] == "crew"
    assert document["ledger"] == profile.profile_ledger_id
    assert (document["state"], document["secrets"]) == ("right", 1)
    assert document["fingerprint"] == shown(one, "--profile", "team")["fingerprint"]
    other.done("experiment-tracker", "copy", "x", "x", "--to", "default")
    assert "right, " in described_status(other)
    other.done("key", "rotate", "--profile", "crew")
    assert shown(other, "--profile", "crew")["state"] == "right"
    one.done("stack", "list")
    assert shown(one, "--profile", "team")["state"] == "wrong"
    one.run("experiment-tracker", "copy", "x", "x", "--to", "default", check=5)
    file.unlink()
    other.done("key", "export", "--profile", "crew", "--out", str(file))
    one.done("key", "import", str(file), "--profile", "team")
    one.done("experiment-tracker", "copy", "x", "x", "--to", "default")
    variable = {"ZENML_PROFILE_KEY": WRONG}
    assert '"wrong"' in other.done("key", "show", "--profile", "crew", "-o", "json", env=variable).stdout
    assert (
        "variable ZENML_PROFILE_KEY"
        in other.run("key", "import", str(file), "--profile", "crew", env=variable, check=1).stderr
    )


def described_status(home: Home) -> str:
    """Returns the line about the key of a shared profile."""
    (line,) = [line for line in home.done("ledger", "status").stdout.splitlines() if "KEY OF 'crew'" in line]
    return line
