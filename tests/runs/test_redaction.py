"""A value that should not have been recorded goes from files of runs, and every proof still holds."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.ledger.machines import Machine
from tests.runs.made_runs import in_2025, record_run, run_sql, runs_files, runs_ledger
from tests.runs.redacted import said
from zenml.domain.errors import NotAllowedError
from zenml.evidence import canonical
from zenml.repository import Repository
from zenml.stores.runs.file import RunsFile
from zenml.stores.runs.locked import MAX_EVENT_BYTES
from zenml.stores.runs.redacted_parts import parts

SECRET = "customer-4711"


@pytest.fixture
def here(machine: Machine) -> Repository:
    """A machine with two runs, one of which says too much in its command and in a note."""
    here = Repository(notify=lambda sentence: None, reason="a customer asked for it")
    here.combine_stack("s", {"orchestrator": "default", "artifact_store": "default"}, activate=True)
    record_run(here, "first", command=("python", "train.py", f"--data=s3://{SECRET}/data"))
    with here.run(name="second") as run:
        run.note_artifact("model", f"s3://{SECRET}/model")
    return here


@pytest.fixture
def file(machine: Machine, here: Repository) -> Path:
    (only,) = runs_files(machine)
    return only


def events(file: Path) -> list[tuple[str, dict[str, Any]]]:
    with closing(sqlite3.connect(file)) as database:
        rows = database.execute("SELECT topic, state FROM stored_events ORDER BY originator_version")
        return [(topic, json.loads(state)) for topic, state in rows]


def bytes_of(file: Path) -> bytes:
    return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))


def test_it_is_found_with_the_run_it_belongs_to(here: Repository) -> None:
    listed = here.find_redaction(text=SECRET)
    assert [value.place.field for value in listed.in_runs] == ["/command", "/note/uri"]
    runs = {run.letters for run in here.runs()}
    assert {value.change for value in listed.in_runs} == runs
    assert any(title.startswith("runs of ") for title in listed.profiles.values())


def test_it_is_blanked_and_recorded_and_nothing_of_it_is_left(here: Repository, file: Path) -> None:
    checkpoint = here.checkpoint_all()
    done = here.redact(here.find_redaction(text=SECRET))
    assert done.is_done
    assert SECRET.encode() not in bytes_of(file)
    topic, fields = events(file)[-1]
    assert topic == "zenml:RunValuesRedacted"
    assert [value["field"] for value in fields["values"]] == ["/command", "/note/uri"]
    assert json.loads(fields["reason"]["v"]) == "a customer asked for it"
    assert here.verify().ok
    assert not checkpoint.refused
    assert here.checkpoint_all().refused == ()


def test_what_was_blanked_is_shown_as_absent(here: Repository) -> None:
    here.redact(here.find_redaction(text=SECRET))
    assert here.get_run("first").info.command is None
    assert here.get_run("second").notes[0]["uri"] is None


def test_runs_go_on_after_it(here: Repository) -> None:
    here.redact(here.find_redaction(text=SECRET))
    record_run(here, "third")
    assert here.verify().ok
    assert not here.find_redaction(text=SECRET).finding.values


def test_who_started_a_run_can_go_and_is_not_found_any_more(
    here: Repository, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("customer-ann", "customer-bob", "customer-ann"):
        monkeypatch.setenv("ZENML_USER", name)
        record_run(here, f"of {name[-3:]}")
    ann = here.runs(actor="customer-ann")
    assert len(ann) == 2
    monkeypatch.setenv("ZENML_USER", "carl")
    here.redact(here.find_redaction(text="customer-ann"))
    assert here.runs(actor="customer-ann") == []
    assert b"customer-ann" not in bytes_of(file)
    assert [run.actor for run in here.runs(name="of bob")] == ["customer-bob"]
    assert [run.name for run in here.runs(actor="customer-bob")] == ["of bob"]
    with closing(sqlite3.connect(file)) as database:
        names = [row[0] for row in database.execute("SELECT name FROM run_actors")]
    assert "customer-ann" not in names
    assert "customer-bob" in names
    assert here.verify().ok
    RunsFile(str(file), runs_ledger(here).runs_ledger_id).rebuild()
    assert here.runs(actor="customer-ann") == []
    assert [run.name for run in here.runs(actor="customer-bob")] == ["of bob"]


def test_a_dry_run_blanks_nothing(here: Repository, file: Path) -> None:
    trying = Repository(notify=lambda sentence: None, reason="only to see", dry_run=True)
    trying.redact(trying.find_redaction(text=SECRET))
    assert SECRET.encode() in bytes_of(file)


def test_a_redaction_that_names_what_is_not_blank_is_found(here: Repository, file: Path) -> None:
    here.redact(here.find_redaction(text=SECRET))
    _, fields = events(file)[-1]
    fields["values"][0]["field"] = "/origin"
    text = canonical.text(fields).encode()
    run_sql(file, "UPDATE stored_events SET state = ? WHERE topic = 'zenml:RunValuesRedacted'", text)
    found = here.verify().verdicts["runs"].problems
    assert any("but no blank value is there" in problem.message for problem in found)


def test_closed_runs_stay_as_they_are_and_that_is_said(here: Repository, file: Path) -> None:
    with in_2025():
        record_run(here, "earlier", command=("echo", SECRET))
    here.close_runs(here.closable_runs(2025))
    listed = here.find_redaction(text=SECRET)
    assert len(listed.in_runs) == 2
    assert any("runs of 2025" in it.sentence and "they are closed" in it.sentence for it in listed.unreachable)


def test_a_name_of_a_run_stays_and_is_said(here: Repository) -> None:
    record_run(here, SECRET)
    listed = here.find_redaction(text=SECRET)
    assert [name.place.field for name in listed.finding.names] == ["/name"]


def test_values_with_long_names_are_named_in_as_many_events_as_it_takes(here: Repository, file: Path) -> None:
    names = [f"{number:03}-" + 200 * "~" for number in range(160)]
    with here.run(name="third", parameters=dict.fromkeys(names, f"of {SECRET}")):
        pass
    before = len(events(file))
    assert here.redact(here.find_redaction(text=SECRET)).is_done
    assert SECRET.encode() not in bytes_of(file)
    with here.run(name="fourth", parameters=dict.fromkeys(names, f"of {SECRET}")):
        pass
    here._reason = "why " + 4_000 * "so"
    assert here.redact(here.find_redaction(text=SECRET)).is_done
    assert SECRET.encode() not in bytes_of(file)
    added = [fields for topic, fields in events(file)[before:] if topic == "zenml:RunValuesRedacted"]
    named = [value["field"] for fields in added for value in fields["values"]]
    assert sorted(named) == sorted(
        ["/command", "/note/uri", *(f"/parameters/{name.replace('~', '~0')}" for name in names * 2)]
    )
    assert here.verify().ok


def test_one_event_names_so_many_values_that_it_is_as_long_as_others_may_be() -> None:
    values = [(number, f"/parameters/{(number % 97) * 'ü'}") for number in range(1, 3_000)]
    cut = parts(values, said)
    assert [value for part in cut for value in part] == values
    sizes = [len(canonical.text(said(part).to_fields()).encode()) for part in cut]
    assert max(sizes) <= MAX_EVENT_BYTES
    assert min(sizes[:-1]) > MAX_EVENT_BYTES - 300, "no more events than it takes"


@pytest.mark.parametrize("place", ["reason", "name"])
def test_what_is_too_long_to_be_recorded_is_said_before_anything_is_done(
    here: Repository, file: Path, place: str
) -> None:
    here.register_component("artifact_store", "far", "local", {"path": f"/{SECRET}"})
    if place == "reason":
        here._reason = "ü" * (MAX_EVENT_BYTES // 2)
    else:
        with here.run(name="third", parameters={"~" * (MAX_EVENT_BYTES // 2): SECRET}):
            pass
    before = (events(file), here.history(limit=1))
    clears = mock.patch("zenml.api.redacting.clear", side_effect=AssertionError("a file was touched"))
    with clears, pytest.raises(NotAllowedError, match=rf"{place} .*bytes too long to be recorded"):
        here.redact(here.find_redaction(text=SECRET))
    assert (events(file), here.history(limit=1)) == before
