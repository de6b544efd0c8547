"""What is inside the values of a run's events: checked when made or when it arrives, survived when there."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.runs.recording import MadeUpProfile, in_sql, made_up
from tests.support import plain_sql
from tests.support.databases import fresh_url
from tests.support.program import Home
from zenml.domain.errors import DamagedLedgerError
from zenml.domain.facts import FactError
from zenml.domain.run_events import RunNoted, RunStarted
from zenml.domain.run_values import ALTERED, badly_formed, readable
from zenml.evidence import canonical
from zenml.ledger.ids import new_change_id, new_id, utc_now
from zenml.stores.runs.file import RunsFile


def value(text: str) -> dict[str, str]:
    return {"s": "00" * 16, "v": text}


WRONG: list[tuple[str, Any]] = [
    *(("origin", value(text)) for text in ("[1]", '"x"', "null", "3", "{}", "{", "")),
    ("origin", value('{"folder":"/","host":3,"session":""}')),
    ("origin", value('{"folder":"/","host":"a","more":"b","session":""}')),
    *(("command", value(text)) for text in ("5", '[["a"],1]', '"ls"', "[]", "null", '{"a":"b"}', "[")),
    *(("reason", value(text)) for text in ('{"x":[1]}', "3", "null", "NaN", "x")),
    ("parameters", {"rate": value("NaN")}),
    ("parameters", {"rate": value("[")}),
    ("parameters", {"rate": value("9" * 5_000)}),
    ("actor", {"actor_id": value("[1]"), "kind": "person", "known_by": "token"}),
    ("actor", {"actor_id": value('"\\ud800"'), "kind": "person", "known_by": "token"}),
    ("code", {"vcs": "git", "commit": None, "dirty": True, "diff": value("5")}),
    ("process", {"pid": -1, "started": "1", "boot": None, "namespace": None}),
    ("process", {"pid": 0, "started": "1", "boot": None, "namespace": None}),
    *(
        ("time", f"{time}.000000Z")
        for time in ("2025-02-29T00:00:00", "0000-01-01T00:00:00", "2025-13-01T00:00:00")
    ),
    *(
        ("time", f"{time}.000000Z")
        for time in ("2025-04-31T00:00:00", "2025-01-01T24:00:00", "2025-01-01T00:60:00")
    ),
]


@pytest.mark.parametrize(("field", "wrong"), WRONG)
def test_no_program_of_ours_makes_or_takes_such_a_beginning(field: str, wrong: Any) -> None:
    fields = {**made_up(new_id()).to_fields(), field: wrong}
    assert not RunStarted.fitting()(fields)
    with pytest.raises(FactError):
        RunStarted.from_fields(fields)


@pytest.mark.parametrize(
    "note",
    [
        {"name": "model", "uri": value("3"), "digest": None},
        {"engine": "mlflow", "external_id": value("[1]"), "url": None},
        {"engine": "mlflow", "external_id": None, "url": value("{}")},
        {
            "step": "train",
            "outcome": "failed",
            "cache_key": None,
            "inputs": [{"name": "model", "uri": value("null"), "digest": None}],
            "outputs": [],
        },
    ],
)
def test_nor_such_a_note(note: dict[str, Any]) -> None:
    with pytest.raises(FactError):
        RunNoted.from_fields({"run_id": new_id(), "note": note, "time": utc_now()})


def test_what_is_written_and_what_was_redacted_fits() -> None:
    event = made_up(new_id())
    fields = event.to_fields()
    assert RunStarted.from_fields(fields) == event
    blank = {"c": "00" * 32}
    redacted = {
        **fields,
        "origin": blank,
        "command": blank,
        "parameters": {"origin": blank, "command": value("5")},
    }
    assert RunStarted.from_fields(redacted).to_fields() == redacted


def test_leap_days_are_times() -> None:
    fields = made_up(new_id()).to_fields()
    for time in ("2024-02-29T23:59:59.999999Z", "2000-02-29T00:00:00.000000Z"):
        assert RunStarted.from_fields({**fields, "time": time}).time == time
    with pytest.raises(FactError):
        RunStarted.from_fields({**fields, "time": "1900-02-29T00:00:00.000000Z"})


def test_who_reads_gets_all_that_is_well_formed() -> None:
    fields = made_up(new_id()).to_fields()
    bad = {**fields, "origin": value("[1]"), "parameters": {"good": value("5"), "bad": value("[")}}
    assert badly_formed(bad, json.loads) in ("origin", "parameters")
    assert readable(bad, json.loads) == {
        **fields,
        "origin": ALTERED,
        "parameters": {"good": value("5"), "bad": ALTERED},
    }
    assert readable(fields, json.loads) == fields


@pytest.mark.parametrize(("field", "text"), [("origin", "[1]"), ("command", "5"), ("reason", '{"x":[1]}')])
def test_what_a_database_has_of_it_is_not_believed(tmp_path: Path, field: str, text: str) -> None:
    with fresh_url("sqlite") as url:
        profile = MadeUpProfile(tmp_path, url)
        _write_in_database(url, field, value(text))
        with pytest.raises(DamagedLedgerError) as refused:
            profile.recorded()
        assert refused.value.code == "shared_ledger_altered"
        assert "what the event at position 1 says" in refused.value.message


@pytest.mark.parametrize("text", ["{ }", "1e2", '"\\u0041"', "[" * 200 + "]" * 200])
def test_a_value_has_one_text_where_others_keep_it_too(tmp_path: Path, text: str) -> None:
    with fresh_url("sqlite") as url:
        profile = MadeUpProfile(tmp_path, url)
        _write_in_database(url, "parameters", {"rate": value(text)})
        with pytest.raises(DamagedLedgerError) as refused:
            profile.recorded()
        assert (refused.value.code, "malformed" in refused.value.message) == ("shared_ledger_altered", True)


def _write_in_database(url: str, field: str, wrong: Any) -> None:
    ((state,),) = plain_sql.rows(url, "SELECT state FROM zenml_events WHERE topic = 'zenml:RunStarted'")
    text = canonical.text({**json.loads(bytes(state)), field: wrong}).encode()
    plain_sql.execute(url, f"UPDATE zenml_events SET state = {in_sql(url, text)} WHERE topic = 'zenml:RunStarted'")


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": value("[1]")},
        {"origin": value('"x"'), "command": value("5"), "reason": value('{"x":[1]}')},
        {"command": value('[["a"],1]'), "parameters": {"rate": value("[")}},
        {"time": "2025-99-99T99:99:99.000000Z"},
        {"origin": 5, "reason": [], "command": True},
        {"process": {"pid": -1, "started": "1", "boot": None, "namespace": None}},
        {"actor": {"actor_id": value("[1]"), "kind": "person", "known_by": "token"}},
        {"actor": {"actor_id": value('"\\ud800"'), "kind": "person", "known_by": "token"}},
    ],
)
def test_one_that_is_there_all_the_same_is_in_nobodys_way(home: Home, wrong: dict[str, Any]) -> None:
    home.done("run", "--name", "good", "--", "true")
    (path,) = (home.config / "runs").glob("*.db")
    _stored_all_the_same(path, wrong)
    home.done("run", "--name", "next", "--", "true")
    listed = json.loads(home.done("runs", "list", "-o", "json").stdout)["runs"]
    assert [run["name"] for run in listed] == ["next", "bad", "good"]
    for words in (("runs", "list"), ("runs", "show", "bad"), ("runs", "diff", "good", "bad")):
        home.done(*words)
    for format_name in ("jsonl", "openlineage", "slsa"):
        home.done("runs", "export", "--format", format_name, "--out", str(home.work / format_name))
    again = home.run("run", "--like", "bad").without_traceback()
    assert "Internal error" not in again.output
    assert again.exit == (125 if "command" in wrong else 0), again.report()
    verified = home.run("audit", "verify").exits(5)
    assert "position 3" in verified.output, verified.report()


def _stored_all_the_same(path: Path, wrong: dict[str, Any]) -> None:
    """Stores the first event of a run, copied from the one that is there, as no program of ours would."""
    with closing(sqlite3.connect(path)) as database:
        (ledger_id,) = database.execute("SELECT ledger_id FROM heads").fetchone()
        state = database.execute("SELECT state FROM stored_events ORDER BY originator_version").fetchone()[0]
    fields = {**json.loads(state), "run_id": new_change_id(), "name": "bad", "command": value('["true"]'), **wrong}
    with RunsFile(str(path), ledger_id).locked() as locked:
        fields["prior_root"] = locked.head.root().hex()
        locked.store(RunStarted.TOPIC, canonical.text(fields).encode())
