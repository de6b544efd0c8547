"""``zenml secret …``: what it lists, what it destroys, and what is left of that."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.support import shared
from tests.support.program import Home

KIND = "experiment-tracker"
OLD, NEW = "t-canary-1", "t-canary-2"
SHRED = ("secret", "shred", f"{KIND}/x", "tracking_token")


@pytest.fixture
def sealed(used: Home) -> Home:
    """A home with a secret that was replaced once."""
    used.done(KIND, "register", "x", "-f", "mlflow", "--tracking_uri=http://h", f"--tracking_token={OLD}")
    used.done(KIND, "update", "x", f"--tracking_token={NEW}")
    return used


def listed(home: Home, *words: str) -> list[dict[str, Any]]:
    secrets: list[dict[str, Any]] = json.loads(home.done("secret", "list", *words, "-o", "json").stdout)["secrets"]
    return secrets


def rows(home: Home) -> int:
    with closing(sqlite3.connect(home.config / "ledger.db")) as database:
        return int(database.execute("SELECT count(*) FROM keys").fetchone()[0])


def test_it_lists_what_there_is_without_values(sealed: Home) -> None:
    found = listed(sealed)
    assert [(it["secret"], it["parameter"], it["used"], it["key"]) for it in found] == [
        ("experiment_tracker/x", "tracking_token", "history", "here"),
        ("experiment_tracker/x", "tracking_token", "now", "here"),
    ]
    assert all(it["noted_since"] and it["since"] and it["change"] for it in found)
    for answer in (sealed.done("secret", "list"), sealed.done("secret", "list", "--all")):
        assert OLD not in answer.output
        assert NEW not in answer.output
    (sealed.config / "ledger.key").rename(sealed.base / "away")
    assert {it["key"] for it in listed(sealed)} == {"elsewhere"}


def test_every_value_is_destroyed_and_the_parameter_is_unset(sealed: Home) -> None:
    answer = sealed.done(*SHRED, "--yes", "--reason", "leaked")
    assert "Shredded 2 values of 'tracking_token'" in answer.stdout
    assert "Backups of the ledger's file from before still have the key" in answer.stderr
    assert rows(sealed) == 0
    assert {it["key"] for it in listed(sealed)} == {"shredded"}
    assert "(shredded)" in sealed.done(KIND, "describe", "x").stdout
    document = json.loads(sealed.done(KIND, "describe", "x", "-o", "json").stdout)["component"]
    assert (document["parameters"]["tracking_token"], document["shredded"]) == (None, ["tracking_token"])
    newest = json.loads(sealed.done("history", "-o", "json").stdout)["changes"][0]
    assert (newest["kind"], newest["reason"], newest["summary"]) == ("evidence", "leaked", "shred 2 secrets")
    verified = sealed.done("audit", "verify", "-o", "json")
    assert json.loads(verified.stdout)["verdicts"]["secrets"]["state"] == "ok"
    assert "2 shredded" in sealed.done("audit", "verify").stdout


def test_an_undo_brings_back_the_reference_and_asks_for_another_value(sealed: Home) -> None:
    sealed.done(*SHRED, "--earlier", "--yes")
    assert [it["key"] for it in listed(sealed)] == ["shredded", "here"]
    undone = sealed.done("undo")
    command = "zenml experiment-tracker update x --tracking_token=VALUE"
    assert f'was shredded, and is unset. Run "{command}"' in " ".join(undone.stderr.split())
    assert "(shredded)" in sealed.done(KIND, "describe", "x").stdout
    sealed.done(KIND, "update", "x", "--tracking_uri=http://other")
    sealed.done(KIND, "update", "x", f"--tracking_token={NEW}")
    assert "(shredded)" not in sealed.done(KIND, "describe", "x").stdout
    sealed.done("audit", "verify")


def test_a_row_that_comes_back_is_named(sealed: Home) -> None:
    backup = (sealed.config / "ledger.db").read_bytes()
    sealed.done(*SHRED, "--yes")
    old = sealed.base / "old.db"
    old.write_bytes(backup)
    with closing(sqlite3.connect(sealed.config / "ledger.db")) as database, database:
        database.execute("ATTACH ? AS old", (str(old),))
        database.execute("INSERT INTO keys SELECT * FROM old.keys")
    answer = sealed.run("audit", "verify")
    assert answer.exit == 5
    assert answer.output.count("was destroyed at this position, and is there") == 2


def test_a_key_that_is_gone_without_a_record_stays_damage(sealed: Home) -> None:
    with closing(sqlite3.connect(sealed.config / "ledger.db")) as database, database:
        database.execute("DELETE FROM keys")
    assert {it["key"] for it in listed(sealed)} == {"missing"}
    assert sealed.run("audit", "verify").exit == 5
    sealed.done(*SHRED, "--yes")
    sealed.done("audit", "verify")


def test_it_asks_and_a_dry_run_writes_nothing(sealed: Home) -> None:
    before = (sealed.config / "ledger.db").read_bytes()
    sealed.done(*SHRED, "--dry-run")
    assert "Nothing was shredded" in sealed.run(*SHRED, stdin="n\n").exits(0).stderr
    assert rows(sealed) == 2
    assert (sealed.config / "ledger.db").read_bytes() == before
    sealed.run(*SHRED, stdin="y\n").exits(0)
    assert rows(sealed) == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((f"{KIND}/x", "tracking_uri"), "'tracking_uri' of experiment-tracker/x is not a secret"),
        ((f"{KIND}/y", "tracking_token"), "experiment-tracker/y has no secret"),
        (("profile/default", "url"), "profile/default has no secret"),
    ],
)
def test_what_is_no_secret_is_refused(sealed: Home, words: tuple[str, str], sentence: str) -> None:
    answer = sealed.run("secret", "shred", *words, "--yes")
    assert answer.exit == 1
    assert sentence in answer.stderr
    assert "zenml secret list" in answer.stderr


def test_what_is_shredded_is_shredded_once(sealed: Home) -> None:
    sealed.done(*SHRED, "--yes")
    answer = sealed.run(*SHRED, "--yes")
    assert answer.exit == 1
    assert "left to shred" in answer.stderr


def test_a_secret_of_a_shared_profile_goes_from_its_database(sealed: Home) -> None:
    shared.begun(sealed, "team", sealed.base)
    sealed.done(KIND, "register", "x", "-f", "mlflow", "--tracking_uri=http://h", f"--tracking_token={OLD}")
    answer = sealed.done(*SHRED, "--yes")
    assert "zenml key rotate --profile team" in answer.stderr
    with closing(sqlite3.connect(sealed.base / "team.db")) as database:
        assert database.execute("SELECT count(*) FROM zenml_keys").fetchone() == (0,)
    sealed.done("audit", "verify")


def test_the_password_in_the_url_of_a_profile_is_one_too(used: Home) -> None:
    used.done("profile", "create", "away", "--url", "file:///tmp/x?password=p-canary")
    found = [it for it in listed(used, "--all") if it["secret"] == "profile/away"]
    assert [(it["parameter"], it["profile"]) for it in found] == [("url", None)]
    used.done("secret", "shred", "profile/away", "url", "--yes")
    used.done("audit", "verify")
    used.done("profile", "list")
