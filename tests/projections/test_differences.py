"""Before and after, told from events alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.domain.orchestrator_a import parameter_removed, parameter_set, renamed
from tests.domain.samples import SAMPLES
from tests.domain.stack_s import exchanged
from tests.domain.things import blank, profile, registered, salted, secret, stack, uid
from tests.ledger.histories import PARTS, everything
from tests.ledger.machines import Machine
from zenml.domain.component_types import COMPONENT_TYPES
from zenml.domain.events import ComponentDeleted, DomainEvent, StackComponentSet
from zenml.domain.inverses import inverse
from zenml.domain.values import Secret
from zenml.projections import views
from zenml.projections.timeline.differences import Difference, difference


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    """Views in which nothing is."""
    with closing(sqlite3.connect(":memory:")) as empty:
        views.create(empty)
        empty.execute("CREATE TABLE heads (ledger_id TEXT, kind TEXT)")
        yield empty


def told(database: sqlite3.Connection, *events: DomainEvent) -> list[tuple[Any, ...]]:
    """Returns what is different, thing, field, old and new."""
    return [it[:4] for it in difference(database, [(it.TOPIC, it.to_fields()) for it in events])]


@pytest.mark.parametrize("event", SAMPLES, ids=lambda event: type(event).__name__)
def test_every_event_makes_a_difference_that_its_inverse_takes_away(
    event: DomainEvent, database: sqlite3.Connection
) -> None:
    assert told(database, event)
    if not inverse(event):
        return  # what was handed out
    assert told(database, event, *inverse(event)) == []
    there = [(field, old, new) for _, field, old, new in told(database, event)]
    back = [(field, new, old) for _, field, old, new in told(database, *inverse(event))]
    assert sorted(map(repr, back)) == sorted(map(repr, there))


def test_a_thing_that_came_has_all_its_fields(database: sqlite3.Connection) -> None:
    assert told(database, registered("artifact_store", "s3", path=salted("/data"), size=salted({"a": [1]}))) == [
        ("artifact-store/s3", "name", None, "s3"),
        ("artifact-store/s3", "flavor", None, "local"),
        ("artifact-store/s3", "path", None, "/data"),
        ("artifact-store/s3", "size", None, {"a": [1]}),
    ]


def test_a_field_that_changes_twice_is_told_once(database: sqlite3.Connection) -> None:
    one, two, three = salted(1), salted(2), salted(3, "another salt")
    events = (parameter_set("port", one, two), parameter_set("port", two, three))
    assert told(database, *events) == [("orchestrator/a", "port", 1, 3)]
    back = parameter_set("port", three, salted(1, "a third salt"))
    assert told(database, *events, back) == []


def test_what_came_and_went_makes_no_difference(database: sqlite3.Connection) -> None:
    made = registered("orchestrator", "a", port=salted(1))
    assert told(database, made, ComponentDeleted(**dict(made))) == []


def test_a_thing_is_called_by_its_last_name_and_kept_apart_by_its_id(database: sqlite3.Connection) -> None:
    events = (parameter_removed("port", salted(2)), renamed("a", "b"), registered("orchestrator", "c"))
    assert told(database, *events) == [
        ("orchestrator/b", "port", 2, None),
        ("orchestrator/b", "name", "a", "b"),
        ("orchestrator/c", "name", None, "c"),
        ("orchestrator/c", "flavor", None, "local"),
    ]


def test_secrets_are_stars_and_a_secret_that_changed_is_told(database: sqlite3.Connection) -> None:
    assert told(database, parameter_set("token", secret("k"), secret("l"))) == [
        ("orchestrator/a", "token", "***", "***")
    ]
    assert told(database, parameter_set("token", salted("plain"), secret("k")))[0][2:] == ("plain", "***")
    event = parameter_set("token", salted("plain"), secret("k"))
    (hidden,) = difference(database, [(event.TOPIC, event.to_fields())])
    assert (hidden.hidden, hidden.itself) == (True, False)
    masked = Secret(key_id=uid("k"), ciphertext=salted("sealed"), masked=salted("https://u:***@h"))
    assert told(database, profile("p", url=masked))[-1] == ("profile/p", "url", None, "https://u:***@h")


def test_a_blanked_value_is_told_as_one(database: sqlite3.Connection) -> None:
    assert told(database, parameter_set("port", blank("1"), salted(2)))[0][2:] == ("(redacted)", 2)


def test_components_are_named_by_the_events_themselves(database: sqlite3.Connection) -> None:
    parts = [registered(kind, "a") for kind in PARTS]
    found = told(database, *parts, stack("s"))
    assert ("stack/s", "orchestrator", None, "a") in found
    # nobody knows this one: its id is all there is
    assert ("stack/s", "metadata_store", None, uid("metadata_store a")) in found
    assert told(database, exchanged("orchestrator", "a", "b"))[0][2:] == (
        uid("orchestrator a"),
        uid("orchestrator b"),
    )


def test_components_are_named_by_the_views_even_those_that_are_gone(used: Machine) -> None:
    here = used.repository()
    here.register_component("orchestrator", "old", "local", {})
    here.register_component("orchestrator", "new", "local", {})
    ids = {it.name: it.component_id for it in here.list_components("orchestrator")}
    here.rename_component("orchestrator", "old", "older")
    here.deregister_stack_component("orchestrator", "older")
    event = StackComponentSet(
        stack_id=uid("s"),
        stack_name="s",
        component_type="orchestrator",
        old_component_id=ids["old"],
        new_component_id=ids["new"],
    )
    with used.reading() as database:
        assert told(database, event) == [("stack/s", "orchestrator", "older", "new")]


def test_topics_of_tomorrow_are_left_out(database: sqlite3.Connection) -> None:
    assert difference(database, [("zenml:ChangeBegan", {}), ("zenml:OfTomorrow", {"stack_id": "s"})]) == []


def test_all_that_ever_happened_adds_up_to_what_is_there(machine: Machine) -> None:
    everything(machine)
    ledger_id = machine.profile_ledger()
    events = [(row.topic, row.fields) for row in machine.events() if row.ledger_id == ledger_id]
    here = machine.repository()
    with machine.reading() as database:
        found: list[Difference] = difference(database, events)
    assert {it.old for it in found} == {None}
    names = [it.new for it in found if it.field == "name" and it.thing.startswith("stack/")]
    assert sorted(names) == [it.name for it in here.list_stacks()]
    stacks: dict[str, dict[str, str]] = {name: {} for name in names}
    for it in found:
        if it.thing.startswith("stack/") and it.field in COMPONENT_TYPES:
            stacks[it.thing.removeprefix("stack/")][it.field] = it.new
    assert stacks == here.stack_configurations
