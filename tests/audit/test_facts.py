from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.domain.samples import BEGAN, SAMPLES
from tests.domain.things import uid
from zenml.audit.actions import action_of
from zenml.audit.entries import BEGIN, Entry, Evidence, Hidden
from zenml.audit.entry_builder import EntryBuilder, about
from zenml.audit.formats.ocsf import ACTIVITIES
from zenml.domain.change_ids import letters
from zenml.domain.events import DomainEvent, Event, ProfileDeleted
from zenml.ledger.stored_text import NO_LEAF
from zenml.projections import views

BEGINNING = about(BEGAN.to_fields())


@pytest.fixture
def facts() -> Iterator[EntryBuilder]:
    with closing(sqlite3.connect(":memory:")) as database:
        views.create(database)
        database.execute("CREATE TABLE heads (ledger_id TEXT, kind TEXT)")
        database.execute("CREATE TABLE keys (key_id TEXT, ledger_id TEXT, wrapped BLOB, digest BLOB)")
        database.execute("INSERT INTO keys VALUES (?, ?, ?, ?)", (uid("k"), uid("ledger"), b"wrapped", b"digest"))
        yield EntryBuilder(database, uid("machine"))


def told(facts: EntryBuilder, event: Event) -> Entry:
    text = event.to_json().encode()
    evidence = Evidence(uid("ledger"), "machine", 7, event.TOPIC, NO_LEAF.hex(), text)
    return facts.entry(evidence, json.loads(text), BEGINNING)


def test_every_event_has_an_action() -> None:
    for event in (BEGAN, *SAMPLES):
        action, _ = action_of(event.TOPIC, event.to_fields())
        assert action not in ("", "unknown"), event.TOPIC


@pytest.mark.parametrize("event", SAMPLES, ids=lambda event: type(event).__name__)
def test_every_event_is_told_with_what_it_changed(facts: EntryBuilder, event: DomainEvent) -> None:
    entry = told(facts, event)
    assert entry.outcome == "success"
    assert entry.message is None
    assert entry.fields
    assert all(old != new for _, old, new in entry.fields)
    assert entry.entity.id or entry.entity.type in (
        "ledger",
        "plan",
        "signing_key",
    )
    assert entry.action in {
        *ACTIVITIES,
        "accept",
        "approve",
        "close",
        "cosign",
        "export",
        "note",
        "redact",
        "shred",
    }
    assert json.loads(json.dumps(entry.document()))["actor"] == {
        "id": "ann",
        "kind": "person",
        "known_by": "operating system user",
    }


def test_what_came_has_nothing_before_and_what_went_nothing_after(facts: EntryBuilder) -> None:
    for event in SAMPLES:
        entry = told(facts, event)
        assert (entry.before is None) >= (entry.action == "create")
        assert (entry.after is None) >= (entry.action == "delete" and entry.entity.type != "repository")


def test_a_change_begins_with_what_all_its_events_say(facts: EntryBuilder) -> None:
    entry = told(facts, BEGAN)
    assert (entry.action, entry.entity.id, entry.fields) == (BEGIN, BEGAN.change_id, [])
    assert entry.change
    assert entry.change.document()["undoes"] == [letters(uid("cause"))]
    assert entry.reason == "too early"
    assert entry.origin.command == "zenml undo"


def test_the_same_secret_has_the_same_fingerprint_and_a_destroyed_one_has_none(facts: EntryBuilder) -> None:
    registered = SAMPLES[0]
    profile_deleted = next(it for it in SAMPLES if isinstance(it, ProfileDeleted))
    one = dict(told(facts, registered).masked)["token"]
    other = dict(told(facts, profile_deleted).masked)["url"]
    assert one.fingerprint == other.fingerprint
    assert one.fingerprint
    facts._database.execute("DELETE FROM keys")
    assert dict(told(facts, registered).masked)["token"] == Hidden("***", None)


def test_what_is_not_of_its_form_is_told_with_where_it_stands(facts: EntryBuilder) -> None:
    for fields, beginning in (({"surplus": 1}, BEGINNING), (None, BEGINNING), ({}, None)):
        evidence = Evidence(uid("ledger"), "profile", 7, "zenml:StackRegistered", NO_LEAF.hex(), b"{}")
        entry = facts.entry(evidence, fields, beginning)
        assert entry.outcome == "damaged"
        assert entry.message
        assert entry.document()["position"] == 7


def test_an_event_of_a_newer_version_is_told_too(facts: EntryBuilder) -> None:
    evidence = Evidence(uid("ledger"), "machine", 7, "zenml:Invented", NO_LEAF.hex(), b"{}")
    entry = facts.entry(evidence, {}, BEGINNING)
    assert (entry.action, entry.entity.name, entry.outcome) == ("unknown", "zenml:Invented", "unknown")
