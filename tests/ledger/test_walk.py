"""Which change an event is part of, and how its text is read: the same for verification and for exports."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenml.evidence import canonical
from zenml.evidence.merkle import EMPTY_ROOT
from zenml.ledger import stored_text
from zenml.ledger.verification.payload import read_strictly
from zenml.ledger.walk import LedgerWalk
from zenml.projections.stored_events import BEGAN, EventRow

LEDGER = "e3315918-b874-4a6b-8f06-6341965f284b"
LEAF = bytes(32)


def walked(*events: tuple[int, dict[str, Any] | None]) -> LedgerWalk:
    """Returns a walk over beginnings of changes, which have fields, and other events, at these positions."""
    walk = LedgerWalk()
    for position, fields in events:
        walk.take(position, "zenml:StackRenamed" if fields == {} else BEGAN, fields, LEAF)
    return walk


def began(count: object, prior_root: object = None) -> dict[str, Any]:
    return {"count": count, "prior_root": prior_root}


@pytest.mark.parametrize(
    ("events", "belongs", "missing"),
    [
        ([], False, 0),
        ([(1, {})], False, 0),
        ([(1, began(2))], True, 2),
        ([(1, began(2)), (2, {})], True, 1),
        ([(1, began(2)), (2, {}), (3, {})], True, 0),
        ([(1, began(1)), (2, {}), (3, {})], False, 0),
        ([(1, began(2)), (3, {})], False, 1),
        ([(1, began(3)), (3, {}), (2, {}), (4, {})], False, 0),
        ([(1, began(1)), (4, began(1)), (5, {})], True, 0),
        ([(1, began("2")), (2, {})], False, 0),
        ([(1, None), (2, {})], False, 0),
    ],
)
def test_an_event_belongs_to_the_change_that_announced_it(
    events: list[tuple[int, dict[str, Any] | None]], belongs: bool, missing: int
) -> None:
    walk = walked(*events)
    assert (bool(events) and walk.belongs, walk.missing) == (belongs, missing)


def test_a_recorded_root_fits_the_tree_before_it() -> None:
    assert walked((1, began(0, EMPTY_ROOT.hex()))).root_fits is True
    walk = walked((1, began(0)))
    assert walk.root_fits is None
    assert walked((1, began(0)), (2, began(0, walk.tree.root().hex()))).root_fits is True
    assert walked((1, began(0)), (2, began(0, EMPTY_ROOT.hex()))).root_fits is False
    assert walked((1, began(0)), (2, began(0, 7))).root_fits is False
    assert walked((1, began(1, "other")), (2, {})).root_fits is None


NUMBERS = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from("scvab"), VALUES, max_size=3),
    st.sampled_from([json.dumps, canonical.text]),
)
def test_a_text_without_a_flaw_says_the_same_to_a_reader_that_forgives_nothing(
    fields: dict[str, Any], spelled: Callable[[object], str]
) -> None:
    try:
        text = spelled(fields)
    except canonical.CanonicalError:
        text = json.dumps(fields, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    event = EventRow(LEDGER, 1, "zenml:StackRenamed", text.encode(), 1)
    read = stored_text.read(event)
    if read.flaw is None:
        assert canonical.is_canonical(text)
        assert read == read_strictly(event)
