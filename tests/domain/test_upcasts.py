from __future__ import annotations

from typing import Any, ClassVar

import pytest

from tests.domain.samples import BEGAN, SAMPLES
from tests.domain.stack_s import renamed
from zenml.domain import events
from zenml.domain.annotations import Literal
from zenml.domain.errors import DamagedLedgerError
from zenml.domain.events import TOPICS, Event
from zenml.domain.upcasts import UPCASTS, Upcast, upcast
from zenml.domain.values import Id
from zenml.evidence import canonical
from zenml.evidence.merkle import leaf_hash
from zenml.stores.mapping import to_event, to_stored

STACK = renamed("s", "t").stack_id
FIRST: dict[str, object] = {"stack": STACK, "names": ["s", "t"]}
"""A renaming as an imagined first version wrote it, and as the second one did."""
SECOND = {"stack_id": STACK, "old_name": "s", "new_name": "t", "why": ""}


class StackRenamedV3(Event):
    """A stack got another name, as a later version might write it."""

    TOPIC = "zenml:StackRenamedV3"
    LEDGER: ClassVar[Literal["profile"]] = "profile"
    stack_id: Id
    old_name: str
    new_name: str


def second(fields: dict[str, Any]) -> dict[str, Any]:
    old_name, new_name = fields["names"]
    return {"stack_id": fields["stack"], "old_name": old_name, "new_name": new_name, "why": ""}


def third(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key != "why"}


@pytest.fixture(autouse=True)
def successors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(UPCASTS, "example:StackRenamed", Upcast("example:StackRenamedV2", second))
    monkeypatch.setitem(UPCASTS, "example:StackRenamedV2", Upcast(StackRenamedV3.TOPIC, third))
    monkeypatch.setitem(TOPICS, StackRenamedV3.TOPIC, StackRenamedV3)


EXPECTED = StackRenamedV3(stack_id=STACK, old_name="s", new_name="t")


@pytest.mark.parametrize(
    ("topic", "fields"), [("example:StackRenamed", FIRST), ("example:StackRenamedV2", SECOND)]
)
def test_an_event_of_an_earlier_shape_is_read_as_its_latest_successor(topic: str, fields: dict[str, Any]) -> None:
    assert to_event(topic, canonical.text(fields).encode()) == EXPECTED


def test_an_upcast_names_the_topic_of_the_successor() -> None:
    topic, fields = upcast("example:StackRenamed", dict(FIRST))
    assert topic == StackRenamedV3.TOPIC
    assert StackRenamedV3.from_fields(fields) == EXPECTED


def test_upcasting_never_touches_what_is_stored() -> None:
    topic, ledger_id = "example:StackRenamed", BEGAN.parts[0].ledger_id
    stored = to_stored(ledger_id, 7, topic, FIRST)
    before, leaf = stored.state, leaf_hash(ledger_id, 7, topic, FIRST)
    to_event(stored.topic, stored.state)
    assert (stored.topic, stored.state) == (topic, before)
    assert canonical.text(FIRST).encode() == before
    assert leaf_hash(ledger_id, 7, topic, FIRST) == leaf


@pytest.mark.parametrize("event", [BEGAN, *SAMPLES], ids=lambda event: type(event).__name__)
def test_an_event_of_todays_shape_is_read_as_it_was_written(event: Event) -> None:
    fields = event.to_fields()
    assert upcast(event.TOPIC, fields) == (event.TOPIC, fields)
    stored = to_stored(BEGAN.parts[0].ledger_id, 1, event.TOPIC, fields)
    assert to_event(stored.topic, stored.state) == event


@pytest.mark.parametrize("topic", ["zenml:Unknown", "os:system", "zenml.domain.events:StackRenamed", ""])
def test_an_unknown_topic_is_never_imported(topic: str) -> None:
    with pytest.raises(DamagedLedgerError, match="that this version does not know"):
        to_event(topic, b"{}")


def test_a_text_that_does_not_fit_its_topic_is_damage() -> None:
    with pytest.raises(DamagedLedgerError, match="is malformed") as damage:
        to_event(events.StackRenamed.TOPIC, canonical.text({**SECOND, "stack_id": "hunter2"}).encode())
    assert "hunter2" not in str(damage.value.__cause__)


def test_every_upcast_leads_to_a_topic_of_today_and_no_topic_of_today_is_upcast() -> None:
    for topic in UPCASTS:
        seen = [topic]
        while seen[-1] in UPCASTS:
            seen.append(UPCASTS[seen[-1]].topic)
            assert len(seen) == len(set(seen)), f"{topic} comes back to itself"
        assert seen[-1] in TOPICS
        assert topic not in TOPICS
