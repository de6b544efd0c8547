from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.audit.ocsf.validator import problems
from tests.ledger.histories import SECRET, URL_PASSWORD
from tests.ledger.machines import Machine
from zenml.audit.export import Export
from zenml.audit.formats import FORMATS
from zenml.domain.errors import (
    AlreadyExistsError,
    InvalidValueError,
    NotAllowedError,
    NotFoundError,
    StackNotFoundError,
)
from zenml.evidence.merkle import EMPTY_ROOT
from zenml.ledger.ids import utc_now
from zenml.repository import Repository

SCHEMA = Path(__file__).parents[2] / "docs" / "audit-jsonl.schema.json"

Asked = dict[str, Any]
Lines = list[dict[str, Any]]


def exported(repository: Repository, **which: Any) -> tuple[Lines, dict[str, Any]]:
    """Returns the lines of an export as jsonl, and its manifest."""
    out = io.BytesIO()
    repository.export_record(out, **which)
    *lines, manifest = [json.loads(line) for line in out.getvalue().splitlines()]
    return lines, manifest


@pytest.fixture
def here(lived: Machine) -> Repository:
    return lived.repository()


@pytest.fixture
def quiet(machine: Machine) -> Repository:
    repository = machine.repository()
    repository.list_stacks()  # which begins the ledger
    return repository


def test_everything_is_in_it_once_in_its_order(here: Repository, lived: Machine) -> None:
    rows = lived.events()
    lines, manifest = exported(here, everything=True)
    facts = [line for line in lines if line["schema"] == "zenml.audit.fact"]
    assert [(it["ledger"], it["position"], it["topic"]) for it in facts] == [row[1:4] for row in rows]
    assert [it["event"] for it in facts] == [row.fields for row in rows]
    assert manifest["events"] == len(rows)
    assert manifest["entries"] == len(lines)
    assert (manifest["left_out"], manifest["sound"]) == (0, True)


def test_every_line_is_of_its_schema(here: Repository) -> None:
    checker = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    with pytest.raises(StackNotFoundError):
        here.deregister_stack("nothing")
    lines, manifest = exported(here, everything=True)
    for line in (*lines, manifest):
        checker.validate(line)
    assert {line["schema"] for line in lines} == {"zenml.audit.fact", "zenml.audit.attempt"}


def test_every_event_of_ocsf_is_of_its_schema(here: Repository) -> None:
    with pytest.raises(StackNotFoundError):
        here.deregister_stack("nothing")
    out = io.BytesIO()
    here.export_record(out, "ocsf", everything=True)
    found = {problem for line in out.getvalue().splitlines() for problem in problems(json.loads(line))}
    assert found == set()


def test_its_roots_are_those_of_the_heads(here: Repository, lived: Machine) -> None:
    _, manifest = exported(here, everything=True)
    heads = {head.ledger_id: head for head in here.verify().heads}
    # the export itself was recorded since
    machine_id = lived.query("SELECT ledger_id FROM heads WHERE kind = 'machine'")[0][0]
    for ledger in manifest["ledgers"]:
        assert (ledger["first"], ledger["last"]) == (1, ledger["size"])
        assert ledger["root_before"] == EMPTY_ROOT.hex()
        assert ledger["root_after"] == ledger["root"]
        assert (ledger["gaps"], ledger["problems"]) == ([], [])
        if ledger["ledger"] != machine_id:
            assert ledger["root"] == heads[ledger["ledger"]].root
    assert len(manifest["ledgers"]) == len(heads)


def test_a_later_export_goes_on_where_an_earlier_one_ended(quiet: Repository) -> None:
    quiet.combine_stack("a", {"orchestrator": "default", "artifact_store": "default"})
    middle = datetime.now().astimezone()
    _, before = exported(quiet, everything=True, until=middle)
    quiet.rename_stack("a", "b")
    _, after = exported(quiet, everything=True, since=middle)
    ends = {it["ledger"]: (it["last"], it["root_after"]) for it in before["ledgers"]}
    for ledger in after["ledgers"]:
        last, root = ends[ledger["ledger"]]
        assert (ledger["first"] - 1, ledger["root_before"]) == (last, root)
        assert ledger["left_out"] == last


@pytest.mark.parametrize("form", FORMATS)
def test_no_secret_is_in_it(form: str, here: Repository, lived: Machine) -> None:
    out = io.BytesIO()
    here.export_record(out, form, everything=True)
    text = out.getvalue().decode()
    for canary in (SECRET, URL_PASSWORD, json.dumps(SECRET)[1:-1], lived.key.read_text().strip()):
        assert canary not in text
    digests = [row[0] for row in lived.query("SELECT digest FROM keys")]
    assert not any(digest.hex() in text for digest in digests)


def test_equal_secrets_are_seen_to_be_equal(quiet: Repository) -> None:
    for name, password in (("a", "one"), ("b", "other"), ("c", "one")):
        values = {"host": "h", "database": "d", "username": "u", "password": password}
        quiet.register_component("metadata_store", name, "mysql", values)
    lines, manifest = exported(quiet)
    found = {
        line["entity"]["name"]: line["after"]["password"]["fingerprint"]
        for line in lines
        if line["entity"]["type"] == "metadata_store" and "password" in (line["after"] or {})
    }
    assert found["a"] == found["c"] != found["b"]
    assert {"entity": "metadata_store", "field": "password", "values": 3} in manifest["masked"]


def test_an_export_is_recorded_and_known_again_by_its_digest(quiet: Repository, tmp_path: Path) -> None:
    file = tmp_path / "record.csv"
    done = quiet.export_record(file, "csv", everything=True)
    data = file.read_bytes()
    assert (done.digest, done.size) == (hashlib.sha256(data).hexdigest(), len(data))
    lines, _ = exported(quiet)
    (fact,) = [line for line in lines if line["topic"] == "zenml:RecordExported"]
    assert fact["action"] == "export"
    assert fact["after"] == {
        "format": "csv",
        "filter": {"everything": True, "through": done.manifest["through"]},
        "destination": str(file),
        "entries": done.manifest["entries"],
        "size": len(data),
        "digest": done.digest,
    }
    assert fact["event"]["export_id"] == done.manifest["export"]
    assert done.change is not None
    assert done.change.kind == "export"


def test_an_export_is_in_no_everyday_list_and_is_not_undone(quiet: Repository) -> None:
    quiet.rename_stack("default", "main")
    done = quiet.export_record(io.BytesIO())
    assert done.change is not None
    assert [change.kind for change in quiet.history()] == ["change", "init"]
    assert quiet.history(everything=True)[0].told == "export 11 entries of the record as jsonl"
    with pytest.raises(NotAllowedError, match="exported the record, which cannot be undone"):
        quiet.undo(done.change.letters)
    taken = quiet.undo()
    assert taken is not None
    assert quiet.active_stack_name == "default"


def test_a_dry_run_writes_and_records_nothing(machine: Machine, tmp_path: Path) -> None:
    machine.repository().rename_stack("default", "main")
    before = machine.tables()
    rehearsing = Repository(notify=lambda sentence: None, dry_run=True)
    out = io.BytesIO()
    done = rehearsing.export_record(out)
    rehearsing.export_record(tmp_path / "record.jsonl")
    assert (out.getvalue(), done.change) == (b"", None)
    assert done.manifest["events"] == 11
    assert not (tmp_path / "record.jsonl").exists()
    assert machine.tables() == before


def test_a_file_is_for_its_owner_alone_and_replaced_only_when_asked(quiet: Repository, tmp_path: Path) -> None:
    file = tmp_path / "record.jsonl"
    quiet.export_record(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    with pytest.raises(AlreadyExistsError):
        quiet.export_record(file)
    assert file.read_bytes() == before
    quiet.export_record(file, overwrite=True)
    assert file.read_bytes() != before
    assert [name for name in os.listdir(tmp_path) if name.startswith("record")] == ["record.jsonl"]


def test_nothing_is_left_of_an_export_that_failed(
    quiet: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()

    def broken(export: object) -> Any:
        yield "a beginning"
        raise KeyboardInterrupt

    monkeypatch.setattr("zenml.audit.formats.jsonl.text", broken)
    with pytest.raises(KeyboardInterrupt):
        quiet.export_record(folder / "record.jsonl")
    assert os.listdir(folder) == []
    assert [change.kind for change in quiet.history(everything=True)] == ["init"]


def test_it_is_recorded_before_anything_is_handed_out(quiet: Repository) -> None:
    class Gone(io.BytesIO):
        def write(self, data: Any) -> int:
            assert quiet.history(everything=True)[0].kind == "export"
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        quiet.export_record(Gone())
    assert quiet.history(everything=True)[0].kind == "export"


def test_where_nothing_can_be_written_it_is_said_that_it_is_not_recorded(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.repository().rename_stack("default", "main")
    said: list[str] = []
    repository = Repository(notify=said.append)

    def refuse(*args: object, **named: object) -> None:
        raise NotAllowedError("It cannot be written.", "Elsewhere.")

    monkeypatch.setattr(Repository, "_recorded", lambda self, case, **named: refuse)
    out = io.BytesIO()
    with pytest.raises(NotAllowedError):
        repository.export_record(out)
    assert out.getvalue() == b""  # it could be recorded, and was not
    monkeypatch.setattr("zenml.api.record_export.os.access", lambda path, mode: False)
    done = repository.export_record(out)
    assert done.change is None
    assert out.getvalue()
    assert said == ["This export is not recorded: It cannot be written."]


def test_attempts_stand_between_the_facts_in_time(quiet: Repository) -> None:
    quiet.rename_stack("default", "main")
    with pytest.raises(StackNotFoundError):
        quiet.deregister_stack("nothing")
    quiet.rename_stack("main", "default")
    lines, manifest = exported(quiet)
    at = [line["schema"] for line in lines].index("zenml.audit.attempt")
    attempt = lines[at]
    assert (attempt["outcome"], attempt["change"], attempt["leaf"]) == ("refused", None, None)
    assert attempt["message"] == "Stack 'nothing' does not exist."
    assert attempt["actor"]["known_by"] == "operating system user"
    assert attempt["origin"]["client_version"]
    assert lines[at - 1]["after"] == {"name": "main"}
    assert (lines[at + 1]["action"], lines[at + 2]["after"]) == ("begin", {"name": "default"})
    assert (manifest["attempts"], manifest["attempts_left_out"]) == (1, 0)


def test_a_note_that_somebody_else_wrote_harms_nothing(quiet: Repository, machine: Machine) -> None:
    quiet.rename_stack("default", "main")
    notes = (
        {"version": 1},
        {"version": 1, "time": 7, "actor": ["a"]},
        {"version": 1, "time": utc_now(), "x": None},
    )
    (machine.config / "attempts.jsonl").write_text("".join(json.dumps(note) + "\n" for note in notes) + "{\n")
    lines, manifest = exported(quiet)
    assert manifest["attempts"] == 3
    assert [line["outcome"] for line in lines if line["schema"] == "zenml.audit.attempt"] == ["failed"] * 3


def test_what_is_asked_for_is_what_history_lists(here: Repository) -> None:
    asked: tuple[Asked, ...] = (
        {},
        {"everything": True},
        {"stack": "default"},
        {"component": "orchestrator/default"},
        {"kinds": ["undo"]},
        {"profile": "default"},
        {"actor": "nobody"},
        {"grep": "stack"},
        {"mine": True, "everything": True},
        {"stack": "default", "kinds": ["change"]},
    )
    for which in asked:
        listed = {change.change_id for change in here.history(**which) if change.kind != "export"}
        lines, manifest = exported(here, **which)
        found = {it["change"]["id"] for it in lines if it["change"] and it["change"]["kind"] != "export"}
        assert found == listed, which
        parts = sum(it["size"] for it in manifest["ledgers"])
        assert manifest["events"] + manifest["left_out"] == parts, which
        assert {key: value for key, value in manifest["filter"].items() if key in which} == which


def test_exports_are_in_every_context_and_yield_to_other_conditions(quiet: Repository) -> None:
    quiet.export_record(io.BytesIO())
    lines, _ = exported(quiet)
    assert [it["action"] for it in lines if it["change"]["kind"] == "export"] == ["begin", "export"]
    lines, _ = exported(quiet, kinds=["init"])
    assert {it["change"]["kind"] for it in lines} == {"init"}
    lines, _ = exported(quiet, everything=True, kinds=["export"])
    assert {it["change"]["kind"] for it in lines} == {"export"}


def test_attempts_are_left_out_where_only_facts_can_be_meant(quiet: Repository) -> None:
    with pytest.raises(StackNotFoundError):
        quiet.deregister_stack("nothing")
    asked: tuple[Asked, ...] = ({"stack": "default"}, {"kinds": ["init"]}, {"actor": "x"}, {"grep": "something"})
    for which in asked:
        _, manifest = exported(quiet, **which)
        assert (manifest["attempts"], manifest["attempts_left_out"]) == (0, 1), which
    _, manifest = exported(quiet, grep="NOTHING")
    assert manifest["attempts"] == 1


def test_names_are_those_of_that_time(quiet: Repository) -> None:
    quiet.register_component("container_registry", "old", "default", {"uri": "r"})
    quiet.update_stack("default", {"container_registry": "old"})
    quiet.rename_component("container_registry", "old", "new")
    quiet.update_stack("default", {}, remove=["container_registry"])
    quiet.deregister_stack_component("container_registry", "new")
    lines, _ = exported(quiet)
    found = [(it["before"], it["after"]) for it in lines if it["topic"].startswith("zenml:StackComponent")]
    assert found == [(None, {"container_registry": "old"}), ({"container_registry": "new"}, None)]


def test_what_is_not_there_is_refused(quiet: Repository) -> None:
    missing: tuple[Asked, ...] = ({"stack": "nothing"}, {"profile": "x"}, {"component": "orchestrator/nothing"})
    for which in missing:
        with pytest.raises(NotFoundError):
            quiet.export_record(io.BytesIO(), **which)
    wrong: tuple[Asked, ...] = ({"kinds": ["nothing"]}, {"profile": "default", "everything": True})
    for which in wrong:
        with pytest.raises(InvalidValueError):
            quiet.export_record(io.BytesIO(), **which)
    with pytest.raises(InvalidValueError, match="not a format"):
        quiet.export_record(io.BytesIO(), "xml")


RENAMED = "WHERE topic = 'zenml:StackRenamed'"
TAMPERED = {
    "a text": f"UPDATE stored_events SET state = CAST(replace(state, 'main', 'mine') AS BLOB) {RENAMED}",
    "no JSON": f"UPDATE stored_events SET state = CAST('{{' AS BLOB) {RENAMED}",
    "no UTF-8": f"UPDATE stored_events SET state = X'FF' {RENAMED}",
    "other fields": f"UPDATE stored_events SET state = CAST('{{\"a\":1}}' AS BLOB) {RENAMED}",
    "not canonical": f"UPDATE stored_events SET state = CAST(replace(state, ',', ', ') AS BLOB) {RENAMED}",
    "a gap": f"DELETE FROM stored_events {RENAMED}",
    "another topic": f"UPDATE stored_events SET topic = 'zenml:StackDeleted' {RENAMED}",
    "a head": "UPDATE heads SET frontier = zeroblob(length(frontier)) WHERE kind = 'profile'",
    "a longer head": "UPDATE heads SET size = size + 1 WHERE kind = 'machine'",
    "no beginning": "UPDATE stored_events SET state = X'7B7D' WHERE topic = 'zenml:ChangeBegan' AND rowid > 6",
}


@pytest.mark.parametrize("sql", TAMPERED.values(), ids=TAMPERED)
def test_a_damaged_record_is_handed_out_and_said_to_be_damaged(sql: str, machine: Machine) -> None:
    machine.repository().rename_stack("default", "main")
    machine.tamper(sql)
    for form in FORMATS:
        out = io.BytesIO()
        done = machine.repository().export_record(out, form, everything=True)
        assert not done.sound
        assert out.getvalue()
        found = [it for it in done.manifest["ledgers"] if it["gaps"] or it["problems"]]
        assert len(found) == 1, form


def test_where_there_is_no_ledger_none_is_made(machine: Machine) -> None:
    with pytest.raises(NotFoundError, match="There is no ledger"):
        machine.repository().export_record(io.BytesIO())
    assert not machine.file.exists()


def test_exports_are_listed_where_they_are_asked_for(quiet: Repository) -> None:
    quiet.export_record(io.BytesIO())
    assert [change.kind for change in quiet.history(kinds=["export"])] == ["export"]
    assert [change.kind for change in quiet.history(kinds=["export", "init"])] == ["export", "init"]


def test_it_is_not_made_within_a_change(quiet: Repository) -> None:
    with quiet.change(), pytest.raises(NotAllowedError, match="within a change"):
        quiet.export_record(io.BytesIO())


@pytest.mark.parametrize("view", ["changes", "change_subjects", "change_parts"])
def test_views_that_are_gone_are_made_anew_first(view: str, quiet: Repository, machine: Machine) -> None:
    quiet.rename_stack("default", "main")
    before, _ = exported(quiet, stack="main")
    with closing(sqlite3.connect(machine.file)) as database:
        database.execute(f"DROP TABLE {view}")
    after, manifest = exported(quiet, stack="main")
    assert after[: len(before)] == before
    assert manifest["sound"]


def test_an_export_that_cannot_be_recorded_is_not_handed_out(machine: Machine, tmp_path: Path) -> None:
    machine.repository().list_stacks()
    talkative = Repository(notify=lambda sentence: None, reason="x" * 60_000)
    with pytest.raises(NotAllowedError, match="bytes"):
        talkative.export_record(tmp_path / "record.jsonl")
    assert not (tmp_path / "record.jsonl").exists()


def test_nothing_is_recorded_of_a_file_that_cannot_be(quiet: Repository, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    for place in (tmp_path / "folder", tmp_path / "fifo", "", tmp_path / "no" / "file"):
        with pytest.raises(NotAllowedError):
            quiet.export_record(place, overwrite=True)
    with pytest.raises(InvalidValueError):
        quiet.export_record(io.StringIO())  # type: ignore[arg-type]
    assert quiet.history(kinds=["export"]) == []
    assert stat.S_ISFIFO((tmp_path / "fifo").stat().st_mode)


def test_a_file_that_comes_meanwhile_is_not_overwritten(
    quiet: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "record.jsonl"

    def slow(export: Export) -> Iterator[str]:
        yield from ("" for entry in export.entries())
        file.write_text("somebody's")

    monkeypatch.setattr("zenml.audit.formats.jsonl.text", slow)
    with pytest.raises(AlreadyExistsError):
        quiet.export_record(file)
    assert file.read_text() == "somebody's"


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="there are no files without a name here")
def test_nobody_sees_a_file_before_it_is_recorded(
    quiet: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Path] = []

    def looking(export: Export) -> Iterator[str]:
        yield from ("a line\n" for entry in export.entries())
        seen.extend(tmp_path.glob("record*"))

    monkeypatch.setattr("zenml.audit.formats.jsonl.text", looking)
    quiet.export_record(tmp_path / "record.jsonl")
    assert seen == []
    assert (tmp_path / "record.jsonl").read_text().startswith("a line\n")


def test_nobody_is_named_for_an_event_of_which_the_change_is_gone(quiet: Repository, machine: Machine) -> None:
    quiet.rename_stack("default", "main")
    with_reason = Repository(notify=lambda sentence: None, reason="approved")
    with_reason.rename_stack("main", "other")
    newest = "(SELECT max(rowid) FROM stored_events WHERE topic = 'zenml:ChangeBegan')"
    machine.tamper(f"DELETE FROM stored_events WHERE rowid = {newest}")
    lines, manifest = exported(machine.repository(), everything=True)
    stray = next(line for line in lines if line.get("after") == {"name": "other"})
    assert (stray["outcome"], stray["actor"]["id"], stray["reason"], stray["change"]) == (
        "damaged",
        None,
        None,
        None,
    )
    assert (manifest["damaged"], manifest["sound"]) == (1, False)
    out = io.BytesIO()
    machine.repository().export_record(out, "html", everything=True)
    assert "rename stack &#39;main&#39; to &#39;other&#39;" in out.getvalue().decode()


def test_a_time_that_is_none_stops_nothing(quiet: Repository, machine: Machine) -> None:
    quiet.rename_stack("default", "main")
    times = ("garbage", "2026-11-17T00:00:00Z", "9999-12-31T00:00:00.000000Z", "2026-11-17T14:00:00.000000Z", 7)
    notes = [{"version": 1, "time": time, "outcome": "refused", "message": str(time)} for time in times]
    (machine.config / "attempts.jsonl").write_text("".join(json.dumps(note) + "\n" for note in notes) + "odd\n")
    machine.tamper('UPDATE stored_events SET state = CAST(replace(state, \'"time":"2\', \'"time":"x\') AS BLOB)')
    for form in FORMATS:
        out = io.BytesIO()
        done = machine.repository().export_record(out, form, everything=True)
        assert not done.sound
        assert (done.manifest["attempts"], done.manifest["attempts_unreadable"]) == (len(times), 1)


def test_a_ledger_that_went_backwards_is_not_sound(quiet: Repository, machine: Machine) -> None:
    kept = machine.file.read_bytes()
    quiet.rename_stack("default", "main")
    for ending in ("-wal", "-shm"):
        machine.file.with_name(machine.file.name + ending).unlink(missing_ok=True)
    machine.file.write_bytes(kept)
    for form in FORMATS:
        done = machine.repository().export_record(io.BytesIO(), form, everything=True)
        assert not done.sound
        assert done.manifest["verification"]["completeness"]["ok"] is False


def test_views_that_were_forged_are_noticed(quiet: Repository, machine: Machine) -> None:
    quiet.rename_stack("default", "main")
    machine.tamper("UPDATE changes SET actor = 'somebody else' WHERE kind = 'change'")
    who = quiet.history(kinds=["init"])[0].actor
    _, manifest = exported(machine.repository(), actor=who)
    assert not manifest["sound"]
    assert manifest["verification"]["replay"]["ok"] is False


def test_the_manifest_comes_last(quiet: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zenml.audit.formats.jsonl.text", lambda export: iter([str(export.manifest())]))
    with pytest.raises(RuntimeError):
        quiet.export_record(io.BytesIO())


def test_conditions_may_be_given_as_anything_one_can_go_through(quiet: Repository) -> None:
    quiet.rename_stack("default", "main")
    lines, manifest = exported(quiet, kinds=(kind for kind in ["change"]))
    assert {line["change"]["kind"] for line in lines} == {"change"}
    assert manifest["filter"]["kinds"] == ["change"]


def test_the_repository_of_a_choice_is_named(here: Repository) -> None:
    lines, _ = exported(here, everything=True)
    chosen = [
        it for it in lines if it["topic"] in ("zenml:RepositoryStackActivated", "zenml:RepositoryInitialized")
    ]
    assert chosen
    for it in chosen:
        assert it["entity"]["type"] == "repository"
        assert it["entity"]["name"].startswith("/")


def test_what_a_component_has_on_this_machine_is_of_its_profile(here: Repository) -> None:
    lines, _ = exported(here, everything=True)
    found = {it["profile"] for it in lines if it["topic"] == "zenml:ProvisioningChanged"}
    assert found == {"default"}


def test_a_secret_that_is_given_with_the_reason_is_starred_in_it(machine: Machine) -> None:
    rotating = Repository(notify=lambda sentence: None, reason="rotated to s3cret-canary")
    values = {"host": "h", "database": "d", "username": "u", "password": "s3cret-canary"}
    rotating.register_component("metadata_store", "a", "mysql", values)
    odd = {"uri": 'https://u:s3cret "canary@r.io'}
    machine.repository().register_component("container_registry", "b", "default", odd)
    lines, _ = exported(machine.repository(), everything=True)
    assert "canary" not in json.dumps(lines)
    assert "rotated to ***" in {line["reason"] for line in lines}
