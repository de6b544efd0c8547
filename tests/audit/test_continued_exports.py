"""Exports of a time range and exports that continue others, where clocks are put back."""

from __future__ import annotations

import io
import json
import random
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.ledger.machines import Machine
from zenml.domain.errors import ChangeNotFoundError, InvalidValueError
from zenml.ledger.ledger import Ledger
from zenml.projections.timeline.points import number_range
from zenml.repository import Repository

FORMATS = ("jsonl", "csv", "ocsf", "cloudevents")


def _changes(times: list[str]) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE changes (number INTEGER PRIMARY KEY, time TEXT)")
    database.executemany("INSERT INTO changes VALUES (NULL, ?)", [(time,) for time in times])
    return database


def _wanted(database: sqlite3.Connection, month: int) -> set[int]:
    first, last = number_range(database, f"2026-{month:02}-01", f"2026-{month:02}-31~")
    return set(range(first, last + 1))


def test_monthly_exports_leave_no_change_out_wherever_clocks_go() -> None:
    chance = random.Random(39)
    for _ in range(200):
        times, handed_out = ["2026-03-01"], set[int]()
        for month in range(3, 12):
            made = [
                f"2026-{month:02}-{day:02}" for day in sorted(chance.sample(range(2, 29), chance.randrange(5)))
            ]
            for _ in range(chance.randrange(3) if month < 7 else 0):  # clocks that are wrong by up to two months
                wrong = f"2026-{month + chance.randrange(-2, 3):02}-{chance.randrange(2, 29):02}"
                made.insert(chance.randrange(len(made) + 1), wrong)
            times += made
            handed_out |= _wanted(_changes(times), month)
            times.append(f"2026-{month + 1:02}-01")  # the export is recorded when the month is over
        assert handed_out == set(range(1, len(times)))
        every = _changes(times)
        assert set.union(*(_wanted(every, month) for month in range(1, 13))) == set(range(1, len(times) + 1))


@pytest.fixture
def here(machine: Machine) -> Repository:
    repository = machine.repository()
    repository.create_profile("one")
    return repository


def _exported(repository: Repository, format_name: str = "jsonl", **which: Any) -> bytes:
    out = io.BytesIO()
    repository.export_record(out, format_name, everything=True, **which)
    return out.getvalue()


def _lines(text: bytes) -> tuple[list[str], dict[str, Any]]:
    *lines, manifest = map(json.loads, text.splitlines())
    return [f"{it['ledger']} {it['position']}" for it in lines if "position" in it], manifest


@pytest.mark.parametrize("format_name", FORMATS)
def test_an_export_continues_where_another_ended(here: Repository, tmp_path: Path, format_name: str) -> None:
    before, _ = _lines(_exported(here))
    file = tmp_path / "first"
    file.write_bytes(_exported(here, format_name))
    here.create_profile("two")
    recorded = next(it for it in here.history(everything=True, kinds=["export"]))
    for since in (str(file), recorded.letters):
        rest, manifest = _lines(_exported(here, since_export=since))
        assert not set(before) & set(rest)
        assert rest
        assert manifest["sound"]
    every, _ = _lines(_exported(here))
    after_first, _ = _lines(_exported(here, since_export=str(file)))
    own = {it for it in every if it not in before and it not in after_first}
    assert len(own) == 2  # the record of the very first export, which the file has


def test_a_change_with_the_clock_put_back_is_named_and_in_the_next_export(
    here: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "october.jsonl"
    file.write_bytes(_exported(here))
    today = here.history(limit=1)[0].time[:10]
    with monkeypatch.context() as patch:
        patch.setattr(Ledger.__init__, "__defaults__", (lambda: "2020-10-25T12:00:00.000000Z",))
        here.create_profile("late")
    here.create_profile("after")
    rest, manifest = _lines(_exported(here, since_export=str(file)))
    back = [it for held in manifest["ledgers"] for it in held["clocks"]]
    assert [it["time"] for it in back] == ["2020-10-25T12:00:00.000000Z"]
    assert back[0]["later_than"][:10] == today
    machine_ledger = next(it["ledger"] for it in manifest["ledgers"] if it["clocks"])
    assert f"{machine_ledger} {back[0]['position']}" in rest
    by_time, _ = _lines(_exported(here, since=datetime.fromisoformat(f"{today}T00:00Z")))
    assert f"{machine_ledger} {back[0]['position']}" in by_time
    assert "Clocks went back" in _exported(here, "html").decode()
    verdict = here.verify().verdicts["clocks"]
    assert verdict.ok
    assert "2020-10-25" in verdict.text


def test_what_is_no_export_of_this_record_is_refused(here: Repository, tmp_path: Path) -> None:
    file = tmp_path / "x"
    for text in (b"", b"\n", b"{}", b'"a","b"\n', b"[1]", b'{"ledgers": 5}'):
        file.write_bytes(text)
        with pytest.raises(InvalidValueError, match="no manifest"):
            _exported(here, since_export=str(file))
    file.write_bytes(_exported(here).splitlines()[-1].replace(b'"through":"01', b'"through":"02'))
    with pytest.raises(ChangeNotFoundError, match="not in this record"):
        _exported(here, since_export=str(file))
    with pytest.raises(InvalidValueError, match="not an export"):
        _exported(here, since_export=here.history(limit=1)[0].letters)
    manifest = _exported(here).splitlines()[-1]
    older = {name: value for name, value in json.loads(manifest).items() if name != "through"}
    file.write_text(json.dumps({**older, "filter": {"until": "2026-01-01T00:00:00.000000Z"}}))
    with pytest.raises(InvalidValueError, match="does not say where it ended"):
        _exported(here, since_export=str(file))
    root = json.loads(manifest)["ledgers"][0]["root"].encode()
    file.write_bytes(manifest.replace(root, b"0" * 64))
    _, found = _lines(_exported(here, since_export=str(file)))
    assert not found["sound"]
