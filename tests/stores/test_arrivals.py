"""What a shared database sends is checked before it comes into the file."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.domain.samples import BEGAN
from tests.domain.stack_s import renamed
from tests.domain.things import profile_renamed
from tests.evidence import second
from zenml.domain.errors import DamagedLedgerError
from zenml.domain.events import ChangeBegan
from zenml.evidence import canonical
from zenml.evidence.merkle import Frontier
from zenml.stores.mapping import MAX_EVENT_BYTES
from zenml.stores.shared.arrivals import Arrivals

LEDGER = "0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a11"
RENAMED = renamed("s", "t")
MACHINES = profile_renamed("p", "r")

Sent = tuple[int, str, bytes]


def sent(*counts: int, prior_root: str | None = None) -> list[Sent]:
    """Returns changes of so many events as a database sends them; the last one may say another root."""
    events: list[tuple[str, dict[str, Any]]] = []
    for number, count in enumerate(counts, start=1):
        root = second.root(
            [second.leaf(LEDGER, place, *event) for place, event in enumerate(events, start=1)]
        ).hex()
        other = prior_root if number == len(counts) else None
        began = BEGAN.replace(count=count, prior_root=other or root)
        events += [(ChangeBegan.TOPIC, began.to_fields()), *[(RENAMED.TOPIC, RENAMED.to_fields())] * count]
    return [
        (place, topic, canonical.text(fields).encode()) for place, (topic, fields) in enumerate(events, start=1)
    ]


def frontier_of(events: list[Sent]) -> bytes:
    leaves = [second.leaf(LEDGER, place, topic, json.loads(text)) for place, topic, text in events]
    return Frontier().extended(leaves).to_bytes()


def arrive(events: list[Sent], *, newer: bool = False) -> Arrivals:
    arrivals = Arrivals(LEDGER, Frontier())
    for event in events:
        if not arrivals.ended:
            arrivals.add(*event, newer=newer)
    return arrivals


def test_what_a_program_of_ours_wrote_arrives_whole() -> None:
    events = sent(1, 2)
    arrivals = arrive(events)
    assert [tuple(arrival[:3]) for arrival in arrivals.take_all(frontier_of(events))] == events
    assert arrivals.take_all(frontier_of(events)) == []


def test_only_what_a_later_change_vouches_for_is_taken_before_the_end() -> None:
    arrivals = arrive(sent(1, 2, 1))
    assert [arrival.position for arrival in arrivals.take_vouched()] == [1, 2, 3, 4, 5]
    assert arrivals.take_vouched() == []


@pytest.mark.parametrize(
    ("events", "what"),
    [
        (sent(1)[1:], "the event at position 1 is missing"),
        ([*sent(1, 1)[:1], *sent(1, 1)[2:]], "the event at position 2 is missing"),
        ([*sent(1), (3, RENAMED.TOPIC, sent(1)[1][2])], "the event at position 3 belongs to no change"),
        ([*sent(2)[:2], (3, ChangeBegan.TOPIC, sent(2)[0][2])], "the change before position 3 is cut short"),
        ([(1, ChangeBegan.TOPIC, sent(0)[0][2])], "announces 0 events"),
        ([(1, ChangeBegan.TOPIC, sent(10_001)[0][2])], "announces 10001 events"),
        ([(1, ChangeBegan.TOPIC, sent(1)[0][2] + b" ")], "the event at position 1 is malformed"),
        ([(1, ChangeBegan.TOPIC, b"[" * 40_000)], "the event at position 1 is malformed"),
        ([(1, ChangeBegan.TOPIC, b"[1]")], "the event at position 1 is malformed"),
        ([(1, ChangeBegan.TOPIC, b'{"a":1}')], "does not know the event 'zenml:ChangeBegan' at position 1"),
        ([(1, "zenml:FromTheFuture", b"{}")], "does not know the event 'zenml:FromTheFuture' at position 1"),
        (
            [sent(1)[0], (2, MACHINES.TOPIC, canonical.text(MACHINES.to_fields()).encode())],
            "at position 2 is about a machine, and not about the profile",
        ),
        ([(1, "os:system", b"{}")], "does not know the event 'os:system' at position 1"),
        ([(1, RENAMED.TOPIC, b'"' + b"x" * MAX_EVENT_BYTES + b'"')], f"has {MAX_EVENT_BYTES + 2} bytes"),
    ],
)
def test_anything_else_is_refused(events: list[Sent], what: str) -> None:
    with pytest.raises(DamagedLedgerError, match=what) as refused:
        arrive(events)
    assert refused.value.code == "shared_ledger_altered"


@pytest.mark.parametrize(
    ("was", "instead"),
    [
        (b'"count":1', b'"count":1.0'),
        (b'"count":1', b'"count":1e0'),
        (b'"count":1', b'"count":9007199254740992'),
        (b'"count":1', b'"count": 1'),
        (b'"count"', b'"c\\u006funt"'),
        (b"{", b'{"count":1,'),
        (b"{", b'{"zzz":1,'),
    ],
)
def test_a_text_that_is_not_the_only_one_of_its_value_is_refused(was: bytes, instead: bytes) -> None:
    text = sent(1)[0][2].replace(was, instead, 1)
    with pytest.raises(DamagedLedgerError, match="the event at position 1 is malformed"):
        arrive([(1, ChangeBegan.TOPIC, text)])


def test_a_change_that_is_cut_short_at_the_end_is_refused() -> None:
    with pytest.raises(DamagedLedgerError, match="its last change is cut short after position 2"):
        arrive(sent(2)[:2]).take_all(frontier_of(sent(2)[:2]))


def test_events_that_are_not_those_of_the_head_are_refused() -> None:
    events = sent(1, 1)
    other = RENAMED.replace(new_name="other").to_fields()
    altered = [*events[:-1], (4, RENAMED.TOPIC, canonical.text(other).encode())]
    with pytest.raises(DamagedLedgerError) as refused:
        arrive(altered).take_all(frontier_of(events))
    assert refused.value.code == "shared_ledger_replaced"


def test_a_root_that_a_faulty_program_wrote_stops_nobody() -> None:
    events = sent(1, 1, prior_root="0" * 64)
    arrivals = arrive(events)
    assert arrivals.take_vouched() == []
    assert len(arrivals.take_all(frontier_of(events))) == 4


@pytest.mark.parametrize("topic", ["zenml:FromTheFuture", ChangeBegan.TOPIC])
def test_what_a_newer_program_wrote_ends_it_before_its_change(topic: str) -> None:
    events = sent(1, 1)
    unknown = json.loads(events[2][2]) | {"of_later": 1}
    began = (3, ChangeBegan.TOPIC, canonical.text(unknown).encode())
    ended = [*events[:2], began] if topic == ChangeBegan.TOPIC else [*events[:3], (4, topic, b"{}")]
    arrivals = arrive([*ended, (5, "zenml:More", b"{}")], newer=True)
    assert arrivals.ended
    assert arrivals.tree.size == 2
    assert [arrival.position for arrival in arrivals.take_all(b"whatever")] == [1, 2]
