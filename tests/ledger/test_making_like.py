"""What is made like a target gets every value that some event sets."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from zenml.domain import events, things
from zenml.domain.annotations import Literal
from zenml.domain.commands import Make
from zenml.domain.declarations import sets
from zenml.domain.events import Event
from zenml.domain.values import Id
from zenml.ledger import making_like
from zenml.projections.contents import Contents, Stored

FLAVOR_ID = "00000000-0000-4000-8000-000000000001"


class FlavorMoved(Event):
    """A custom flavor got another class: an event that no version has."""

    TOPIC: ClassVar[str] = "zenml:FlavorMoved"
    LEDGER: ClassVar[Literal["machine", "profile", "any"]] = "profile"
    flavor_id: Id
    component_type: str
    flavor_name: str
    old: str
    new: str


class Recorder:
    """Takes the place of a change, and keeps what it is to execute."""

    catalog = None

    def __init__(self) -> None:
        self.executed: list[Any] = []

    def execute(self, command: Any) -> None:
        self.executed.append(command)


def contents(source: str) -> Contents:
    flavor = Stored({"component_type": "orchestrator", "name": "mine", "source": source}, {})
    return {"flavor": {FLAVOR_ID: flavor}, "component": {}, "stack": {}}


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> None:
    moving = sets(FlavorMoved.TOPIC, "source", "old", "new", "move flavor '{flavor_name}'", since=5)
    flavor = things.FLAVOR._replace(effects=(*things.FLAVOR.effects, moving))
    again = tuple(flavor if thing is things.FLAVOR else thing for thing in things.MADE_AGAIN)
    monkeypatch.setattr(making_like, "MADE_AGAIN", again)
    monkeypatch.setitem(events.TOPICS, FlavorMoved.TOPIC, FlavorMoved)


@pytest.mark.usefixtures("moved")
def test_a_field_that_an_event_sets_is_set() -> None:
    change: Any = Recorder()
    making_like.make_like(change, contents("a.Mine"), contents("b.Mine"))
    event = FlavorMoved(
        flavor_id=FLAVOR_ID, component_type="orchestrator", flavor_name="mine", old="a.Mine", new="b.Mine"
    )
    assert change.executed == [Make(event, "")]  # type: ignore[arg-type]


@pytest.mark.usefixtures("moved")
def test_a_field_that_is_the_same_is_left_alone() -> None:
    change: Any = Recorder()
    making_like.make_like(change, contents("a.Mine"), contents("a.Mine"))
    assert change.executed == []
