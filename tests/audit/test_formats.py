"""Each format against a file that is kept: ``python -m tests.audit.test_formats`` writes them anew."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from tests.audit import told
from tests.audit.ocsf.validator import problems
from tests.audit.told import CONTROLS, ENTRIES, FORMULA, MARKUP, SCRIPTS, Told
from zenml.audit.entries import BEGIN
from zenml.audit.formats import FORMATS, writer
from zenml.audit.formats.csv import safe

GOLDEN = Path(__file__).parent / "golden"
SCHEMA = Path(__file__).parents[2] / "docs" / "audit-jsonl.schema.json"
WITHOUT_BEGINNINGS = [entry for entry in ENTRIES if entry.action != BEGIN]


def written(name: str) -> str:
    return "".join(writer(name)(Told()))


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written(name).splitlines()]


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_written_as_it_always_was(name: str) -> None:
    kept = (GOLDEN / f"record.{name}").read_bytes().decode()
    assert written(name) == kept


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_that_drives_a_terminal_is_in_it(name: str) -> None:
    text = written(name).replace("\r\n", "\n").removeprefix("\ufeff")
    assert all(character.isprintable() or character == "\n" for character in text)


@pytest.mark.parametrize("name", ["jsonl", "ocsf", "cloudevents"])
def test_names_and_values_come_back_as_they_were(name: str) -> None:
    found = json.dumps(lines(name))
    for text in (FORMULA, MARKUP, CONTROLS, SCRIPTS):
        assert json.dumps(text)[1:-1] in found


def test_a_line_of_json_is_of_its_schema() -> None:
    checker = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    for line in lines("jsonl"):
        checker.validate(line)


def test_json_has_the_stored_event_or_its_bytes() -> None:
    facts = [line for line in lines("jsonl") if line["schema"] == "zenml.audit.fact"]
    assert [line["event"] for line in facts[:-1]] == [{"a": 1}] * (len(facts) - 1)
    assert (facts[-1]["event"], bytes.fromhex(facts[-1]["bytes"])) == (None, b"\xff{")


def test_events_are_of_the_schema_of_ocsf() -> None:
    assert [found for line in lines("ocsf") for found in problems(line)] == []
    assert len(lines("ocsf")) == len(WITHOUT_BEGINNINGS) + 1


def test_what_a_change_did_is_an_activity_of_ocsf() -> None:
    created, renamed, activated, refused, undone, exported, damaged, manifest = lines("ocsf")
    assert [it["type_uid"] for it in (created, renamed, activated, undone)] == [300401, 300405, 300410, 300404]
    assert (refused["class_uid"], refused["status_id"], refused["status_code"]) == (6003, 2, "refused")
    assert (exported["class_uid"], exported["activity_id"]) == (6003, 2)
    assert (damaged["status_id"], damaged["severity"]) == (2, "High")
    assert damaged["time"] == manifest["time"]
    assert (manifest["status"], manifest["severity"]) == ("Success", "High")
    assert renamed["message"] == f"rename stack '{MARKUP}' to '{FORMULA}'"
    assert refused["metadata"]["uid"] == ENTRIES[6].id
    assert manifest["api"]["response"]["data"] == told.MANIFEST
    assert "data" not in created["entity"]
    assert created["comment"] == MARKUP
    assert created["entity_result"]["data"]["password"] == {"masked": "***", "fingerprint": "0123456789abcdef"}
    assert (renamed["entity"]["name"], renamed["entity_result"]["name"]) == (MARKUP, FORMULA)
    assert undone["metadata"]["correlation_uid"] == renamed["metadata"]["correlation_uid"]
    assert "entity_result" not in undone


def test_events_are_read_by_the_package_of_cloudevents() -> None:
    read = [JSONFormat().read(CloudEvent, line.encode()) for line in written("cloudevents").splitlines()]
    assert len({(it.get_source(), it.get_id()) for it in read}) == len(read) == len(WITHOUT_BEGINNINGS) + 1
    assert read[0].get_type() == "zenml.ledger.ComponentRegistered.v1"
    assert read[0].get_subject() == f"artifact_store/{told.STORE.id}"
    assert read[0].get_extension("sequence") == "0000000000000002"
    assert read[4].get_extension("causationid") == read[1].get_extension("correlationid")
    assert [json.loads(json.dumps(it.get_data())) for it in read[:-1]] == [
        json.loads(json.dumps(entry.document())) for entry in WITHOUT_BEGINNINGS
    ]


def test_a_spreadsheet_has_a_row_for_each_changed_field() -> None:
    text = written("csv")
    assert text.startswith('\ufeff"time",')
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert all(None not in row and None not in row.values() for row in rows)
    facts = [row for row in rows if row["entity_type"] != "manifest"]
    assert len(facts) == sum(max(len(entry.fields), 1) for entry in WITHOUT_BEGINNINGS)
    assert {(row["field"], row["old"], row["new"]) for row in facts if row["position"] == "2"} >= {
        ("path", "", f"'{FORMULA}"),
        ("password", "", "*** (0123456789abcdef)"),
        ("url", "", "mysql://u:***@h/d (no key)"),
        ("port", "", "8080"),
        ("name", "", SCRIPTS),
        ("note", "", r"a\tb\nc\x1b[31md\x00e\u202ef\u2028g"),
    }
    held = {row["field"]: row["new"] for row in rows if row["entity_type"] == "manifest"}
    assert (held["ledgers.1.root_after"], held["left_out"], held["ledgers.1.gaps"]) == (
        told.ROOT,
        "1234",
        "[[8, 9]]",
    )


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t=", "\r=", " =", "＝"])
def test_what_a_spreadsheet_would_calculate_is_defused(begin: str) -> None:
    assert safe(f"{begin}1+1").startswith("'")
    assert not safe(f"a{begin}1+1").startswith("'")


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += f" {data}"


def test_a_report_runs_nothing_and_fetches_nothing() -> None:
    reader = Reader()
    reader.feed(written("html"))
    assert not reader.tags & {"script", "img", "link", "iframe", "object", "form", "a"}
    assert not {name for name in reader.attributes if name.startswith("on") or name in ("src", "href")}
    for text in (MARKUP, FORMULA, SCRIPTS):
        assert text in reader.text
    assert r"a\tb\nc\x1b[31md\x00e\u202ef\u2028g" in reader.text


def test_a_report_says_what_a_reviewer_asks() -> None:
    reader = Reader()
    reader.feed(written("html"))
    said = " ".join(reader.text.split())
    assert "Period 2026-11-17 14:00:01Z to 2026-11-17 14:00:06Z" in said
    assert "Is the record unaltered? No." in said
    assert "The newest 200" not in said
    for title in ("Undone and redone 1", "Changes without a reason 2", "Refused and failed attempts 1"):
        assert title in said
    assert "left out: 1,234 events" in said
    assert "Signature" in said


def test_a_report_shows_what_was_before_and_after() -> None:
    reader = Reader()
    reader.feed(written("html"))
    said = " ".join(reader.text.split())
    assert f"name {MARKUP} → {FORMULA}" in said
    assert f"path + {FORMULA}" in said
    assert "password + *** (0123456789abcdef)" in said
    assert "password − *** (0123456789abcdef)" in said
    assert "url + mysql://u:***@h/d (no key)" in said


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for form in FORMATS:
        (GOLDEN / f"record.{form}").write_bytes(written(form).encode())
