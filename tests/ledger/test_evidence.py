"""What a long and mixed history leaves behind is provable, by a reader that shares no code with the writer."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from tests.evidence import second
from tests.ledger.histories import everything
from tests.ledger.machines import Machine, Row
from zenml.domain.events import TOPICS
from zenml.evidence.merkle import Frontier
from zenml.stores.mapping import to_event

BEGAN = "zenml:ChangeBegan"


@pytest.fixture
def lived(machine: Machine) -> Machine:
    everything(machine)
    return machine


def changes(rows: list[Row]) -> Iterator[list[Row]]:
    """Groups a file's events to the parts of changes."""
    starts = [at for at, row in enumerate(rows) if row.topic == BEGAN]
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        yield rows[start:end]


def scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, inner in value.items():
            assert key.isascii()
            yield from scalars(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from scalars(inner)
    else:
        yield value


def test_the_history_has_everything_in_it(lived: Machine) -> None:
    assert {row.topic for row in lived.events()} == TOPICS.keys()
    assert {row.fields["kind"] for row in lived.events() if row.topic == BEGAN} >= {
        "init",
        "change",
        "undo",
        "outside",
    }


def test_the_second_implementation_finds_no_problem_and_the_same_roots(lived: Machine) -> None:
    heads = {
        ledger_id: Frontier.from_bytes(size, frontier)
        for ledger_id, size, frontier in lived.query("SELECT ledger_id, size, frontier FROM heads")
    }
    assert len(heads) == 4  # the machine's, and those of three profiles: one is deleted
    assert second.check_ledger(str(lived.file)) == {
        ledger_id: {"size": head.size, "root": head.root().hex(), "problems": []}
        for ledger_id, head in heads.items()
    }


def test_stored_text_is_canonical_and_of_plain_values(lived: Machine) -> None:
    for row in lived.events():
        assert second.canonical(json.loads(row.text)) == row.text.encode()
        for value in scalars(row.fields):
            assert isinstance(value, str | int | None)
            assert not isinstance(value, int) or abs(value) < 2**53


def test_every_stored_event_is_read_as_what_it_was(lived: Machine) -> None:
    for row in lived.events():
        event = to_event(row.topic, row.text.encode())
        assert row.topic == event.TOPIC
        assert event.to_fields() == row.fields


def test_positions_are_gapless_and_in_the_order_of_rows(lived: Machine) -> None:
    rows = lived.events()
    assert [row.rowid for row in rows] == list(range(1, len(rows) + 1))
    size: Counter[str] = Counter()
    for row in rows:
        size[row.ledger_id] += 1
        assert row.position == size[row.ledger_id]


def test_counts_and_parts_add_up(lived: Machine) -> None:
    announced: dict[str, list[dict[str, Any]]] = {}
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for began, *events in changes(lived.events()):
        assert began.topic == BEGAN
        assert began.fields["count"] == len(events)
        assert {event.ledger_id for event in events} == {began.ledger_id}
        change_id = began.fields["change_id"]
        assert announced.setdefault(change_id, began.fields["parts"]) == began.fields["parts"]
        assert began.ledger_id not in found[change_id]  # once per ledger
        found[change_id][began.ledger_id] = len(events)
    for change_id, parts in announced.items():
        assert all(part["count"] > 0 for part in parts)
        ledgers = [part["ledger_id"] for part in parts]
        assert all(one != next_one for one, next_one in pairwise(ledgers))
        totals: Counter[str] = Counter()
        for part in parts:
            totals[part["ledger_id"]] += part["count"]
        assert totals == found[change_id]
    assert any(len(parts) > 2 for parts in announced.values())  # there was one to be put in order


def test_a_repeated_value_repeats_its_salt(lived: Machine) -> None:
    salts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in lived.events():
        if row.topic.startswith("zenml:Repository"):
            salts[row.fields["repository_id"], row.fields["path"]["v"]].add(row.fields["path"]["s"])
    assert len(salts) == 2  # repositories
    assert all(len(found) == 1 for found in salts.values())


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.8])
def test_one_altered_byte_is_found(lived: Machine, share: float) -> None:
    rows = [row for row in lived.events() if row.ledger_id == lived.profile_ledger()]
    later = max(row.position for row in rows if row.topic == BEGAN)
    row = rows[int(share * (later - 1))]
    at = row.text.index('"', len(row.text) // 2) - 1
    byte = "0" if row.text[at] != "0" else "1"
    altered = row.text[:at] + byte + row.text[at + 1 :]
    lived.tamper("UPDATE stored_events SET state = ? WHERE rowid = ?", altered.encode(), row.rowid)
    assert second.check_ledger(str(lived.file))[row.ledger_id]["problems"]
