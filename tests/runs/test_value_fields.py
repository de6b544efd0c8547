"""Every salted value of an event of a run is known where its content is read, and where it is redacted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.runs.recording import made_up
from zenml.domain.annotations import hints, parts
from zenml.domain.facts import Fact
from zenml.domain.plain_json import load
from zenml.domain.run_events import RUN_TOPICS, RunActor, RunCode, RunStarted
from zenml.domain.run_values import _ANY, _INNER
from zenml.domain.values import Blank, Salted
from zenml.evidence import canonical
from zenml.evidence.pointed_values import pointed_values
from zenml.ledger.ids import new_id
from zenml.projections.database import Database
from zenml.projections.inspection import scratch
from zenml.projections.runs import tables
from zenml.runs.running.started import salted
from zenml.stores.blanking import blanked

SECRET = "customer-4711"


def _inside(hint: Any) -> Iterator[Any]:
    """Yields the types that an annotation is made of."""
    _, inner = parts(hint)
    if not inner:
        yield hint
    for part in inner:
        yield from _inside(part)


def _value_fields(fact: type[Fact]) -> set[str]:
    """Returns the names of the fields that have values, also in the facts that are in a fact."""
    names = set[str]()
    for name, hint in hints(fact).items():
        types = set(_inside(hint))
        if Salted in types:
            names.add(name)
        for kind in types - {Salted, Blank}:
            if isinstance(kind, type) and issubclass(kind, Fact):
                names |= _value_fields(kind)
    return names


def test_what_is_inside_is_said_of_every_value() -> None:
    assert set[str]().union(*map(_value_fields, RUN_TOPICS.values())) == {_ANY, *_INNER}


def test_no_column_of_the_views_keeps_what_was_redacted() -> None:
    start = _all_values()
    fields = start.to_fields()
    places = [pointer for pointer, _ in pointed_values(fields)]
    assert {part for pointer in places for part in pointer.split("/")} >= _value_fields(RunStarted)
    with scratch() as database:
        tables.make(database)
        tables.apply(database, 1, RunStarted.TOPIC, fields)
        assert SECRET in _cells(database)
        left = blanked(1, canonical.text(fields).encode(), places)
        tables.take_out_blanked(database, 1, load(left.decode()))
        assert SECRET not in _cells(database)


def _all_values() -> RunStarted:
    """Returns a beginning with all values that one can have, each with the secret in it."""
    place = {"folder": SECRET, "host": SECRET, "session": SECRET}
    start = made_up(new_id()).replace(
        command=salted([SECRET]),
        parameters={"rate": salted(SECRET)},
        origin=Salted(s="0" * 32, v=canonical.text(place)),
        code=RunCode(vcs="git", commit=None, dirty=True, diff=salted(SECRET)),
        actor=RunActor(actor_id=salted(SECRET), kind="person", known_by="chosen"),
        reason=salted(SECRET),
    )
    values = [value for _, value in pointed_values(start.to_fields())]
    assert all(SECRET in value["v"] for value in values)
    return start


def _cells(database: Database) -> str:
    """Returns all that the tables of the views have, as one text."""
    made = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    rows = [row for (name,) in made for row in database.execute(f'SELECT * FROM "{name}"')]
    return "\n".join(
        cell.decode(errors="replace") if isinstance(cell, bytes) else str(cell) for row in rows for cell in row
    )
