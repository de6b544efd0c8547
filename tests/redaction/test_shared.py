"""A value in a shared profile: gone from two homes and from the shared database, also where one was away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.redaction.canaries import CANARY, left_in
from tests.support import shared
from tests.support.program import Home

REDACT = ("audit", "redact", "--value-from-stdin", "--reason", "asked for", "--yes")


@pytest.fixture
def two(tmp_path: Path) -> tuple[Home, Home]:
    """Two machines that share a profile with the value in it, of which both have heard."""
    here, there = shared.machine(tmp_path / "here", "here"), shared.machine(tmp_path / "there", "there", "bob")
    profile = shared.begun(here, "team")
    shared.joined(here, there, profile)
    path = f"s3://bucket/{CANARY}"
    here.done("artifact-store", "register", "one", "--flavor", "s3", "--path", path, "--reason", f"for {CANARY}")
    there.done("artifact-store", "update", "one", "--path", f"{path}/there")
    there.run("artifact-store", "register", "one", "--flavor", "s3", "--path", path, check=1)
    here.done("artifact-store", "update", "one", "--path", "s3://clean")
    there.done("stack", "list")
    # and in a profile of its own
    here.done("profile", "set", "default")
    here.done("artifact-store", "register", "own", "--flavor", "s3", "--path", path)
    here.done("profile", "set", "team")
    return here, there


def test_it_is_gone_on_both_and_in_the_database(two: tuple[Home, Home], tmp_path: Path) -> None:
    here, there = two
    assert left_in(tmp_path)
    note = tmp_path / "there.note"
    there.done("audit", "checkpoint", "--out", str(note))
    done = here.run(*REDACT, "-o", "json", stdin=CANARY, check=0)
    document = json.loads(done.stdout)["redaction"]
    assert document["done"] is True
    assert len(document["changes"]) == 2  # of the shared ledger, and of its own
    assert "machine" in {one["kind"] for one in document["unreachable"]}
    assert left_in(here.base) == []
    assert not any("team.db" in one for one in left_in(tmp_path))
    there.done("stack", "list")  # which hears of it
    kept = {one.partition(": ")[0] for one in left_in(there.config)}
    assert kept <= {str(there.config / "attempts.jsonl")}  # what was refused there is there alone
    again = there.run(*REDACT, "-o", "json", stdin=CANARY, check=0)
    assert json.loads(again.stdout)["redaction"]["done"] is True
    assert left_in(there.base) == []
    for home in two:
        home.done("audit", "verify")
    there.done("audit", "verify", "--against", str(note))


def test_nothing_of_its_own_is_blanked_where_the_database_is_away(two: tuple[Home, Home], tmp_path: Path) -> None:
    here, _ = two
    database = tmp_path / "team.db"
    database.rename(tmp_path / "away.db")
    refused = here.run(*REDACT, stdin=CANARY)
    assert refused.exit in (1, 4), refused.report()
    assert b"Qx47Zy" in (here.config / "ledger.db").read_bytes()
    (tmp_path / "away.db").rename(database)
    done = here.run(*REDACT, "-o", "json", stdin=CANARY, check=0)
    assert json.loads(done.stdout)["redaction"]["done"] is True
    assert left_in(here.base) == []
