"""What is made of every event in every form: phrase, subjects, differences, audit action, inverse, target."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any, cast, get_args

import pytest

from tests.domain.memory import MemoryCatalog
from tests.domain.things import uid
from tests.pins.pinned import check, pinned_in
from tests.pins.variants import labelled, usual, variants
from zenml.audit.actions import action_of
from zenml.domain import commands
from zenml.domain.events import TOPICS, ChangeBegan, DomainEvent, Event
from zenml.domain.inverses import inverse
from zenml.ledger.targets import of_command
from zenml.projections import views
from zenml.projections.components import COMPONENTS
from zenml.projections.timeline.differences import difference
from zenml.projections.timeline.subjects import describe, subjects

EVENTS: tuple[type[Event], ...] = get_args(DomainEvent)
KNOWN = ("artifact_store", "old_component_id")
"""Of what events refer to by id, these components are in the views, so that their names are found there."""


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    """Views in which there are some components, and no more."""
    with closing(sqlite3.connect(":memory:")) as database:
        views.create(database)
        database.execute("CREATE TABLE heads (ledger_id TEXT, kind TEXT)")
        database.execute("INSERT INTO heads VALUES ('a ledger', 'profile')")
        database.execute("INSERT INTO applied (ledger, ledger_id, position) VALUES (1, 'a ledger', 2)")
        for position, name in enumerate(KNOWN, start=1):
            row = (1, uid(name), "artifact_store", f"the known {name}", "local", position)
            columns = f"ledger, component_id, {', '.join(COMPONENTS.columns)}, since"
            database.execute(f"INSERT INTO components ({columns}) VALUES (?, ?, ?, ?, ?, ?)", row)
        yield database


def said(event: Event, database: sqlite3.Connection) -> dict[str, Any]:
    """Returns all that is made of an event."""
    topic, fields = event.TOPIC, event.to_fields()
    found: dict[str, Any] = {
        "fields": fields,
        "phrase": describe(topic, fields),
        "subjects": subjects([(topic, fields)]),
        "differences": difference(database, [(topic, fields)]),
        "audit action": action_of(topic, fields),
    }
    if not isinstance(event, ChangeBegan):
        fact = cast("DomainEvent", event)
        found["inverse"] = [{back.TOPIC: back.to_fields()} for back in inverse(fact)]
        found["target of its undo"] = of_command(commands.Revert(fact), MemoryCatalog())
    return {key: labelled(value) for key, value in found.items()}


def forms(event: type[Event]) -> dict[str, Event]:
    return {"usual": usual(event)} if event is ChangeBegan else variants(event)


def test_all_that_is_made_of_an_event_is_as_it_was(database: sqlite3.Connection) -> None:
    found = {
        topic: {form: said(event, database) for form, event in forms(of).items()} for topic, of in TOPICS.items()
    }
    check("events", found, depth=3)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_event_is_pinned(topic: str) -> None:
    assert topic in pinned_in("events"), f"{topic} is not pinned yet: see tests/pins/pinned.py"
