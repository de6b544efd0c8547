"""What is said of several events together: the summary of a change, its subjects, the differences it makes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import product
from typing import Any

from tests.domain.things import uid
from tests.pins.pinned import check
from tests.pins.test_events import EVENTS, database
from tests.pins.variants import labelled, usual
from zenml.domain import events as e
from zenml.domain.events import Event
from zenml.projections.timeline.differences import difference
from zenml.projections.timeline.subjects import imported, subjects, summary

__all__ = ["database"]

LONGEST = 5
"""Events of a change here: three of them are told one by one."""


def told(events: list[Event], database: sqlite3.Connection) -> dict[str, Any]:
    """Returns what is said of the events of a change."""
    facts = [(event.TOPIC, event.to_fields()) for event in events]
    return {
        "summary": summary(facts),
        "imported": imported(facts),
        "subjects": labelled(subjects(facts)),
        "differences": labelled(difference(database, facts)),
    }


def name(of: type[Event]) -> str:
    return of.TOPIC.removeprefix("zenml:")


def about_the_same() -> Iterator[tuple[type[Event], type[Event]]]:
    """Yields every two events that may be about the same thing: that have an id of the same name first."""
    for one, other in product(EVENTS, EVENTS):
        if next(iter(one.forms())) == next(iter(other.forms())):
            yield one, other


def test_two_events_about_the_same_thing(database: sqlite3.Connection) -> None:
    found = {
        f"{name(one)}, {name(other)}": told([usual(one), usual(other)], database)
        for one, other in about_the_same()
    }
    assert len(found) > len(EVENTS)
    check("pairs", found)


def test_a_change_is_told_in_few_words(database: sqlite3.Connection) -> None:
    found = {"": told([], database)}
    for length in range(1, LONGEST + 1):
        for first in range(len(EVENTS)):
            some = [EVENTS[(first + number) % len(EVENTS)] for number in range(length)]
            found[", ".join(map(name, some))] = told([usual(event) for event in some], database)
    short = {key: {word: it[word] for word in ("summary", "imported")} for key, it in found.items()}
    check("summaries", short)


def several(of: type[Event], kind: str) -> list[Event]:
    """Returns that things of a kind came to be, each with an id and a name."""
    numbers = range(1, LONGEST + 1)
    return [usual(of).replace(**{f"{kind}_id": uid(f"{kind} {it}"), "name": f"{kind} {it}"}) for it in numbers]


def test_what_came_from_files_is_counted(database: sqlite3.Connection) -> None:
    found = {}
    profiles = several(e.ProfileCreated, "profile")
    components, stacks = several(e.ComponentRegistered, "component"), several(e.StackRegistered, "stack")
    others = [usual(of) for of in (e.ProfileActivated, e.StackActivated, e.ParameterSet, e.FlavorRegistered)]
    for made, parts, held, more in product((0, 1, 2, 5), (0, 1, 2), (0, 2), (0, 4)):
        some = [*profiles[:made], *components[:parts], *stacks[:held], *others[:more]]
        it = told(some, database)
        key = f"{made} profiles, {parts} components, {held} stacks, {more} others"
        found[key] = {word: it[word] for word in ("summary", "imported")}
    check("imports", found)


def test_what_a_new_profile_begins_with_is_not_told() -> None:
    its_own, another = usual(e.StackActivated), usual(e.StackActivated).replace(profile_id=uid("another"))
    facts = [(event.TOPIC, event.to_fields()) for event in (usual(e.ProfileCreated), its_own, another)]
    one, other = (summary(facts[:2]), summary(facts[:1] + facts[2:]))
    assert one == "create profile 'the name'"
    assert other == f"{one}, activate stack 'the new name' in profile 'the profile name'"
    assert summary(facts) == other
