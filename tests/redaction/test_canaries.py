"""A value typed into every door is gone from every byte of the home, and everything still verifies."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.redaction.canaries import CANARY, left_in, typed_everywhere
from tests.support.program import Home

REDACT = ("audit", "redact", "--value-from-stdin", "--reason", "asked for", "--yes")


def test_nothing_is_left_and_everything_verifies(home: Home, tmp_path: Path) -> None:
    typed_everywhere(home)
    note, bundle = tmp_path / "before.note", tmp_path / "before.zip"
    home.done("audit", "checkpoint", "--out", str(note))
    home.done("audit", "bundle", str(bundle))
    assert left_in(home.config), "the canaries are not where they are looked for"
    listed = home.run(*REDACT[:3], "--dry-run", stdin=f"{CANARY}\n", check=0)
    done = home.run(*REDACT, "-o", "json", stdin=f"{CANARY}\n", check=0)
    assert left_in(home.config) == []
    assert left_in(home.home / ".local") == []
    assert [one for one in left_in(home.work) if "/export.jsonl" not in one and "/document.yaml" not in one] == []
    document = json.loads(done.stdout)["redaction"]
    assert document["done"] is True
    assert document["left"] == {"values": [], "files": [], "sentences": []}
    assert document["scan"]["found"] == []
    assert {one["kind"] for one in document["unreachable"]} >= {"export", "bundle", "backup", "terminal"}
    assert str(home.work / "export.jsonl") in {one["destination"] for one in document["unreachable"]}
    for answer in (listed.output, done.output):
        assert "Qx47Zy" not in answer
        assert "Neil" not in answer
    home.done("audit", "verify", "--against", str(note), "--against", str(bundle))
    home.done("audit", "verify", "--against", str(home.work / "export.jsonl"))
    home.done("audit", "check", str(bundle))
    after = tmp_path / "after.zip"
    home.done("audit", "bundle", str(after))
    home.done("audit", "check", str(after))
    again = home.run(*REDACT, stdin=f"{CANARY}\n", check=0)
    assert "Nothing to blank" in again.stdout


def test_another_change_of_a_component_with_a_blank_is_explained(home: Home, tmp_path: Path) -> None:
    typed_everywhere(home)
    home.run(*REDACT, stdin=CANARY, check=0)
    home.done("artifact-store", "rename", "two", "deux")
    home.done("artifact-store", "update", "five", "--path", "s3://b/new")
    home.done("artifact-store", "delete", "deux")
    home.done("undo")
    home.done("audit", "verify")
    bundle = tmp_path / "after.zip"
    home.done("audit", "bundle", str(bundle))
    home.done("audit", "check", str(bundle))
    assert left_in(home.config) == []


def test_a_place_takes_what_is_equal_or_contains_it_with_it(home: Home) -> None:
    home.done("stack", "list")
    home.done("artifact-store", "register", "a", "--flavor", "s3", "--path", "s3://to/a/customer")
    home.done("artifact-store", "register", "b", "--flavor", "s3", "--path", "s3://to/a/customer/b")
    done = home.run("audit", "redact", "7", "/parameters/path", "--reason", "x", "--yes", "-o", "json", check=0)
    places = {(one["position"], one["field"]) for one in json.loads(done.stdout)["redaction"]["values"]}
    assert places == {(6, "/command"), (7, "/parameters/path"), (8, "/command"), (9, "/parameters/path")}
    assert b"customer" not in (home.config / "ledger.db").read_bytes()


def test_a_short_value_goes_by_its_place_alone(home: Home) -> None:
    home.done("artifact-store", "register", "a", "--flavor", "s3", "--path", "s3://x", "--reason", "abc")
    home.done("artifact-store", "register", "b", "--flavor", "s3", "--path", "s3://x", "--reason", "abc")
    refused = home.run("audit", "redact", "--value-from-stdin", "--reason", "x", "--yes", stdin="abc", check=1)
    assert "audit redact POSITION FIELD" in refused.stderr
    done = home.run("audit", "redact", "6", "/reason", "--reason", "x", "--yes", "-o", "json", check=0)
    assert [one["position"] for one in json.loads(done.stdout)["redaction"]["values"]] == [6]


def test_only_some_of_those_found(home: Home) -> None:
    home.done(
        "artifact-store", "register", "a", "--flavor", "s3", "--path", "s3://customer", "--reason", "customer"
    )
    done = home.run(*REDACT, "--only", "6/reason", "-o", "json", stdin="customer", check=1)
    assert "again, without --only, to finish" in done.stderr
    document = json.loads(done.stdout)["redaction"]
    assert [one["field"] for one in document["values"]] == ["/reason"]
    assert {one["field"] for one in document["left"]["values"]} == {"/command", "/parameters/path"}
    assert document["done"] is False
    home.done("audit", "verify")
    missing = home.run(*REDACT, "--only", "6/session", stdin="customer", check=1)
    assert "Nothing that has to go was found" in missing.stderr


def test_a_name_stays_and_is_said(home: Home) -> None:
    home.done("artifact-store", "register", "customer-4711", "--flavor", "s3", "--path", "s3://b/customer-4711")
    done = home.run(*REDACT, "-o", "json", stdin="customer-4711", check=0)
    document = json.loads(done.stdout)["redaction"]
    assert {one["field"] for one in document["names"]} == {"/name"}
    assert {one["field"] for one in document["values"]} == {"/command", "/parameters/path"}
    assert "customer-4711" not in done.output


@pytest.mark.parametrize(
    "variables",
    [{"ZENML_USER": "customer"}, {"ZENML_REASON": "the customer"}, {"ZENML_SESSION": "customer"}],
)
def test_a_redaction_does_not_repeat_the_value(home: Home, variables: dict[str, str]) -> None:
    home.done("artifact-store", "register", "a", "--flavor", "s3", "--path", "s3://customer")
    before = (home.config / "ledger.db").read_bytes()
    words = ("audit", "redact", "--value-from-stdin", "--yes")
    reason = () if "ZENML_REASON" in variables else ("--reason", "x")
    refused = home.run(*words, *reason, env=variables, stdin="customer", check=1)
    assert "contains the value" in refused.stderr
    assert (home.config / "ledger.db").read_bytes() == before


def test_a_secret_is_named_with_what_destroys_it(home: Home) -> None:
    home.done(
        "metadata-store", "register", "db", "--flavor", "mysql", "--host=h", "--port=3306", "--database=d",
        "--username=u", "--password=customer-4711",
    )  # fmt: skip
    done = home.run(*REDACT, "-o", "json", stdin="customer-4711", check=0)
    (secret,) = json.loads(done.stdout)["redaction"]["secrets"]
    assert secret["command"] == "zenml secret shred metadata-store/db password"


def test_it_asks_nobody_where_nobody_is(home: Home) -> None:
    home.done("artifact-store", "register", "a", "--flavor", "s3", "--path", "s3://customer")
    asked = home.run("audit", "redact", "--value-from-stdin", "--reason", "x", stdin="customer", check=2)
    assert "--yes" in asked.stderr
    assert b"customer" in (home.config / "ledger.db").read_bytes()


KILLED = """
    import os, signal, sys
    import zenml.api.redacting as redacting
    from zenml.repository import Repository
    from zenml.stores.local import LocalStore
    from zenml.stores.recorder import LedgerDatastore
    from zenml.stores.transactions import RecordingTransaction

    places = {
        "before files": (redacting, "clear", 1, "before"),
        "after files": (redacting, "clear", 1, "after"),
        "before the change": (redacting, "_record", 1, "before"),
        "while blanking": (RecordingTransaction, "blank", 1, "after"),
        "while making views": (RecordingTransaction, "finish_views", 1, "after"),
        "after the change": (redacting, "_record", 1, "after"),
        "after the views for people": (redacting, "write_profiles", 1, "after"),
        "after the log": (LocalStore, "checkpoint", 1, "after"),
        "after all files": (redacting, "clear", 2, "after"),
    }
    owner, name, number, when = places[sys.argv[1]]
    original, calls = getattr(owner, name), [0]

    def die(*args, **named):
        calls[0] += 1
        if calls[0] == number and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*args, **named)
        if calls[0] == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, die)
    here = Repository(reason="asked for")
    here.redact(here.find_redaction(text=sys.argv[2]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize(
    "place",
    [
        "before files",
        "after files",
        "before the change",
        "while blanking",
        "while making views",
        "after the change",
        "after the views for people",
        "after the log",
        "after all files",
    ],
)
def test_what_was_killed_is_finished_by_the_same_command(home: Home, place: str) -> None:
    typed_everywhere(home)
    script = KILLED.replace("sys.argv[1]", repr(place)).replace("sys.argv[2]", repr(CANARY))
    assert home.python(script).exit == -9
    home.done("audit", "verify")  # whole, or not at all
    done = home.run(*REDACT, "-o", "json", stdin=CANARY, check=0)
    assert json.loads(done.stdout)["redaction"]["done"] is True
    assert left_in(home.config) == []
    home.done("audit", "verify")
