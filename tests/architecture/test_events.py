"""What holds for every event there is or will be: stored events stay for good."""

from __future__ import annotations

import json
from importlib import import_module
from pkgutil import iter_modules
from types import NoneType, UnionType
from typing import Any, get_args

import pytest

from tests.domain.samples import BEGAN, BY_A_CHOSEN_NAME, SAMPLES
from zenml.domain import events
from zenml.domain.annotations import Annotated, Literal, hints, parts
from zenml.domain.events import (
    TOPICS,
    ChangeBegan,
    CheckpointWitnessed,
    DomainEvent,
    Event,
    HistoryAccepted,
    KeysNoted,
    LedgerCopied,
    PlanApproved,
    RecordExported,
    RunsLedgerBegan,
    RunsLedgerClosed,
    SecretsShredded,
    SigningKeyChanged,
    ValueRedacted,
)
from zenml.domain.facts import Fact, FactError
from zenml.domain.inverses import inverse
from zenml.domain.patterns import Pattern
from zenml.domain.values import Blank, Salted, Secret
from zenml.evidence import canonical
from zenml.projections.handlers import HANDLERS
from zenml.projections.timeline.subjects import describe

DOMAIN_EVENTS: tuple[type[Event], ...] = get_args(DomainEvent)
CLASSES: tuple[type[Event], ...] = (ChangeBegan, *DOMAIN_EVENTS)
EVERY: tuple[Event, ...] = (BEGAN, BY_A_CHOSEN_NAME, *SAMPLES)

IN_ANY = (ChangeBegan, HistoryAccepted, KeysNoted, SecretsShredded, ValueRedacted)

NOTED = (
    *(RecordExported, LedgerCopied, SigningKeyChanged, HistoryAccepted, CheckpointWitnessed),
    *(KeysNoted, SecretsShredded, ValueRedacted, PlanApproved, RunsLedgerBegan, RunsLedgerClosed),
)
"""What is only noted: nothing takes it back."""

FREE = {
    "actor_id", "command", "command_hash", "destination", "filter", "host", "key", "made", "path", "reason",
    "repository_path", "session", "system_user",
}  # fmt: skip
"""What people type or machines are called: salted wherever it stands."""
SETTINGS = {"url", "parameters"}
LABELS = {
    "client_version", "component_name", "component_type", "flavor", "format", "label", "name", "new_name",
    "old_name", "profile_name", "scope_name", "source", "stack_name",
}  # fmt: skip
"""Texts that stand in the open: names, and what programs say of themselves. Anything else must be salted."""


def name(of: object) -> str:
    return of.__name__ if isinstance(of, type) else type(of).__name__


def facts(of: Any) -> set[type[Fact]]:
    """Returns the facts an annotation is made of, with those inside of them."""
    if isinstance(of, type) and issubclass(of, Fact):
        return {of}.union(*(facts(hint) for hint in hints(of).values()))
    return set().union(*(facts(inner) for inner in get_args(of) if not isinstance(inner, str | Pattern)))


def texts(of: Any) -> bool:
    """Tells whether an annotation lets any text in: a plain ``str`` anywhere, or an unknown type."""
    origin, args = parts(of)
    if origin is Annotated:
        return False  # a pattern says what it may be
    if of in (int, bool, NoneType, ...) or origin is Literal:
        return False
    if isinstance(of, type) and issubclass(of, Fact):
        return False  # looked at by itself
    if origin in (UnionType, tuple):
        return any(texts(inner) for inner in args)
    if origin is dict:
        return texts(args[1])
    return True


FACTS = sorted({fact for event in CLASSES for fact in facts(event)} - {Salted, Blank, Secret}, key=name)


def test_every_event_class_is_in_the_closed_set() -> None:
    modules = [import_module(f"{events.__name__}.{module.name}") for module in iter_modules(events.__path__)]
    declared = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Event)
    }
    assert set(CLASSES) == declared - {Event}
    assert set(TOPICS.values()) == set(CLASSES)


def test_every_topic_is_pinned_to_one_class() -> None:
    assert {topic: event.__name__ for topic, event in TOPICS.items()} == {
        f"zenml:{event.__name__}": event.__name__ for event in CLASSES
    }


def test_every_event_class_has_a_sample() -> None:
    sampled = sorted(map(name, SAMPLES))
    assert sampled == sorted(map(name, DOMAIN_EVENTS)), "one of each is in tests/domain/samples.py"


@pytest.mark.parametrize("event", CLASSES, ids=name)
def test_an_event_class_says_what_it_is_and_in_which_ledger_it_is_kept(event: type[Event]) -> None:
    assert vars(event).get("__doc__"), "no docstring of its own"
    assert "TOPIC" in vars(event), "a topic is never inherited"
    assert event.LEDGER in (("any",) if event in IN_ANY else ("machine", "profile"))


@pytest.mark.parametrize("fact", FACTS, ids=name)
def test_what_is_stored_has_no_defaults_and_says_its_form(fact: type[Fact]) -> None:
    assert fact.forms().keys() == hints(fact).keys()
    assert all(field.isascii() and not hasattr(fact, field) for field in fact.forms())


@pytest.mark.parametrize("fact", FACTS, ids=name)
def test_free_form_values_are_salted(fact: type[Fact]) -> None:
    for field, hint in hints(fact).items():
        found = facts(hint)
        if field in FREE:
            assert found == {Salted, Blank}, field
            assert not texts(hint), field
        elif field in SETTINGS:
            assert found == {Salted, Blank, Secret}, field
            assert not texts(hint), field
        elif texts(hint):
            assert field in LABELS, f"{field} is neither salted nor known as a label"


@pytest.mark.parametrize("event", EVERY, ids=name)
def test_an_event_survives_being_stored(event: Event) -> None:
    fields = event.to_fields()
    assert type(event).from_fields(fields) == event
    assert type(event).from_fields(json.loads(canonical.text(fields))) == event
    with pytest.raises(FactError, match="surplus: is not known"):
        type(event).from_fields({**fields, "surplus": 1})
    for field in fields:
        with pytest.raises(FactError, match=f"{field}: is missing"):
            type(event).from_fields({key: value for key, value in fields.items() if key != field})
        with pytest.raises(AttributeError):
            setattr(event, field, None)
        with pytest.raises(FactError, match=f"^{field}: "):
            type(event).from_fields({**fields, field: [1.5]})


@pytest.mark.parametrize("event", [it for it in SAMPLES if type(it) not in NOTED], ids=name)
def test_an_event_has_an_inverse_in_the_same_ledger(event: DomainEvent) -> None:
    back = inverse(event)
    assert back
    assert event not in back
    assert {found.LEDGER for found in back} == {event.LEDGER}


def test_what_was_only_noted_has_no_inverse() -> None:
    noted = [event for event in SAMPLES if type(event) in NOTED]
    assert len(noted) == len(NOTED)
    assert [inverse(event) for event in noted] == [[]] * len(NOTED)


@pytest.mark.parametrize("event", SAMPLES, ids=name)
def test_an_event_is_seen_by_a_view_and_has_a_phrase(event: DomainEvent) -> None:
    assert event.TOPIC in HANDLERS
    phrase = describe(event.TOPIC, event.to_fields())
    assert " " in phrase
    assert phrase != event.TOPIC.removeprefix("zenml:")


def test_views_handle_no_event_that_is_not_one() -> None:
    assert set(HANDLERS) == set(TOPICS) - {ChangeBegan.TOPIC}
