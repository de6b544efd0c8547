"""Stored texts are read in one go; whatever they hold, that finds what a slow look piece by piece finds."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.domain.samples import BEGAN, SAMPLES
from tests.evidence.strategies import json_values, strings
from zenml.domain.events import TOPICS, ComponentRegistered
from zenml.domain.facts import FactError
from zenml.evidence import canonical
from zenml.evidence.canonical import CanonicalError
from zenml.evidence.commitments import CommitmentError, committed, committed_text
from zenml.evidence.pointed_values import is_blanked, pointed_values
from zenml.ledger import stored_text
from zenml.ledger.verification.payload import read_strictly
from zenml.projections.stored_events import EventRow

LEDGER = "11111111-2222-4333-8444-555555555555"
EVENTS = (BEGAN, *SAMPLES)
TEXTS = [(event.TOPIC, canonical.text(event.to_fields()).encode()) for event in EVENTS]

_INTEGERS = ("1", "-0", "0", "9007199254740991", "9007199254740992", "1" * 400)
_DOUBLES = ("1.0", "1.5", "1e2", "1E400", "-1e-400", "NaN", "Infinity")
_OTHERS = ("null", "true", "[]", "{}", '""', '"\\ud800"', '"\\ud83d\\ude02"', '"\\u00e9"', '"\\/"')
_VALUES = ('{"s":"%s","v":"1"}' % ("0" * 32), '{"s":"x","v":"1"}', '{"s":"%s","v":1}' % ("0" * 32), '{"c":"x"}')
_DEEP = ("[" * 2000 + "]" * 2000, '{"a":' * 1100 + "1" + "}" * 1100)
_TOKENS = (" ", "\n", ",", '"', "\\", "\x00", "\x7f", "é", "\U0001f511")
_TEXTS = (*_INTEGERS, *_DOUBLES, *_OTHERS, *_VALUES, *_DEEP, *_TOKENS)
_PIECES = [*(piece.encode() for piece in _TEXTS), b"\xff", b"\xed\xa0\x80"]


def row(topic: str, text: bytes) -> EventRow:
    return EventRow(LEDGER, 7, topic, text, 1)


def slowly(topic: str, text: bytes) -> bytes | None:
    """Returns the hash of an event that is as it should be, from the slow look; None for every other one."""
    read = read_strictly(row(topic, text))
    if read.flaw or read.fields is None or topic not in TOPICS:
        return None
    try:
        TOPICS[topic].from_fields(read.fields)
        values = [value for _, value in pointed_values(read.fields)]
        if any(map(is_blanked, values)):
            return None
        [canonical.parse(value["v"]) for value in values]
    except (FactError, CanonicalError):
        return None
    return read.leaf


def check(topic: str, text: bytes) -> None:
    """Compares both."""
    expected, sound = slowly(topic, text), stored_text.sound(row(topic, text))
    if sound is not None:
        assert (sound.leaf, sound.fields, sound.flaw) == (expected, orjson.loads(text), None)
    elif expected is not None:  # only these are worth a closer look
        assert max(text) >= 0xF0


@pytest.mark.parametrize(("topic", "text"), TEXTS, ids=[topic for topic, _ in TEXTS])
def test_an_event_of_every_topic_is_read_at_once(topic: str, text: bytes) -> None:
    check(topic, text)
    if b'{"c":' not in text and max(text) < 0xF0:
        assert stored_text.sound(row(topic, text)) is not None


@given(st.sampled_from(TEXTS), st.data())
def test_a_text_with_anything_in_it_is_judged_alike(event: tuple[str, bytes], data: st.DataObject) -> None:
    topic, text = event
    first, last = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    put = data.draw(st.sampled_from(_PIECES) | st.binary(max_size=3) | st.just(text[first:last] * 2))
    check(topic, text[:first] + put + text[last:])


def places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Returns where in a document its values are."""
    if isinstance(value, dict):
        return [place, *(inner for name, member in value.items() for inner in places(member, (*place, name)))]
    if isinstance(value, list):
        return [place, *(inner for at, member in enumerate(value) for inner in places(member, (*place, at)))]
    return [place]


@given(st.sampled_from(EVENTS), st.data())
def test_an_event_with_any_value_in_a_place_is_judged_alike(event: Any, data: st.DataObject) -> None:
    fields = json.loads(event.to_json())
    *way, last = data.draw(st.sampled_from([place for place in places(fields) if place]))
    at = fields
    for step in way:
        at = at[step]
    what = data.draw(st.sampled_from(["put", "add", "remove", "write"]))
    value = data.draw(json_values | st.integers(-(2**54), 2**54))
    if what == "put":
        at[last] = value
    elif what == "add" and isinstance(at, dict):
        at[data.draw(strings | st.sampled_from(["s", "v", "c"]))] = value
    elif what == "remove":
        del at[last]
    elif isinstance(at[last], str):
        at[last] = data.draw(strings)
    try:
        text = canonical.text(fields).encode()
    except CanonicalError:
        text = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    check(event.TOPIC, text)


@given(st.lists(st.sampled_from(_PIECES) | st.binary(max_size=4), max_size=6).map(b"".join))
@example(b"")
@example(b"null")
@example(b"[]")
def test_any_bytes_are_judged_alike(text: bytes) -> None:
    check(BEGAN.TOPIC, text)


@given(st.dictionaries(strings, json_values, max_size=4))
def test_keys_of_people_are_in_the_order_of_the_standard(parameters: dict[str, object]) -> None:
    event = next(event for event in SAMPLES if isinstance(event, ComponentRegistered))
    value = {"s": "0" * 32, "v": "1"}
    fields = {**event.to_fields(), "parameters": dict.fromkeys(parameters, value)}
    check(event.TOPIC, canonical.text(fields).encode())
    check(event.TOPIC, orjson.dumps(fields, option=orjson.OPT_SORT_KEYS))


@given(json_values)
def test_the_committed_text_is_that_of_the_committed_form(value: object) -> None:
    text = canonical.text(value)
    made = committed_text(text.encode())
    try:
        expected = canonical.text(committed(value)).encode()
    except CommitmentError:
        expected = None
    assert made in (expected, None)


@given(st.text() | json_values.map(canonical.text))
def test_the_text_of_a_value_may_be_any_json(text: str) -> None:
    event = {"x": {"s": "0" * 32, "v": text}}
    try:
        stored = canonical.text(event).encode()
    except CanonicalError:
        return
    made = committed_text(stored)
    try:
        canonical.parse(text)
    except CanonicalError:
        assert made is None
    else:
        assert made == canonical.text(committed(event)).encode()


@pytest.mark.parametrize("position", [0, -1, 2**53, 1.5, "1", None, True])
def test_a_position_that_is_none_takes_a_closer_look(position: Any) -> None:
    topic, text = TEXTS[0]
    read = stored_text.sound(row(topic, text)._replace(position=position))
    assert read is None or position == 0
