"""The second implementation finds each kind of damage in a ledger's file."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from zenml.evidence import canonical, commitments, merkle

from .second import CHANGE_BEGAN, check_ledger

ONE = "0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a11"
OTHER = "fb7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a12"

Event = tuple[str, dict[str, object]]
Stored = list[tuple[int, str, str]]  # position, topic, text


def began(count: int) -> Event:
    return CHANGE_BEGAN, {"count": count, "kind": "change"}


def fact(name: str) -> Event:
    url = {"s": name.encode().hex().rjust(32, "0"), "v": json.dumps(f"file:///{name}")}
    return "zenml:ComponentRegistered", {"name": name, "url": url}


# Two changes: of two events, and of one.
HISTORY = [began(2), fact("a"), fact("b"), began(1), fact("größe")]


def stored(ledger: str, events: Iterable[Event]) -> Stored:
    """What the program would store: each ChangeBegan with the root of everything before it."""
    frontier, rows = merkle.Frontier(), Stored()
    for position, (topic, event) in enumerate(events, start=1):
        if topic == CHANGE_BEGAN:
            event = event | {"prior_root": frontier.root().hex()}
        rows.append((position, topic, canonical.text(event)))
        frontier = frontier.appended(merkle.leaf_hash(ledger, position, topic, event))
    return rows


class File:
    """A small ledger file, written in the order of the calls."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        with closing(sqlite3.connect(path)) as database:
            database.execute(
                "CREATE TABLE stored_events (rowid INTEGER PRIMARY KEY, originator_id TEXT,"
                " originator_version INTEGER, topic TEXT, state BLOB)"
            )

    def write(self, ledger: str, rows: Stored) -> None:
        with closing(sqlite3.connect(self.path)) as database, database:
            database.executemany(
                "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (?, ?, ?, ?)",
                [(ledger.replace("-", ""), position, topic, text.encode()) for position, topic, text in rows],
            )


@pytest.fixture
def file(tmp_path: Path) -> File:
    return File(tmp_path / "ledger file?.db")


def problems(file: File, rows: Stored) -> list[str]:
    file.write(ONE, rows)
    found: list[str] = check_ledger(file.path)[ONE]["problems"]
    return found


def edited(rows: Stored, position: int, old: str, new: str) -> Stored:
    assert any(at == position and old in text for at, _, text in rows)
    return [(at, topic, text.replace(old, new) if at == position else text) for at, topic, text in rows]


def test_sound_ledgers_have_no_problems_and_the_same_roots(file: File) -> None:
    for ledger in (OTHER, ONE):
        file.write(ledger, stored(ledger, HISTORY))
    assert check_ledger(file.path) == {
        ledger: {
            "size": 5,
            "root": merkle.root_of(
                merkle.leaf_hash(ledger, position, topic, json.loads(text))
                for position, topic, text in stored(ledger, HISTORY)
            ).hex(),
            "problems": [],
        }
        for ledger in (ONE, OTHER)
    }


def test_an_empty_file_has_no_ledgers(file: File) -> None:
    assert check_ledger(file.path) == {}


def test_checking_does_not_create_a_file(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        check_ledger(str(tmp_path / "absent.db"))
    assert not list(tmp_path.iterdir())


def test_a_blanked_value_keeps_root_and_verdict(file: File) -> None:
    rows = stored(ONE, HISTORY)
    file.write(ONE, rows)
    before = check_ledger(file.path)
    event = json.loads(rows[1][2])
    blanked = canonical.text(commitments.committed(event))
    assert event["url"]["v"] not in blanked
    with closing(sqlite3.connect(file.path)) as database, database:
        database.execute("UPDATE stored_events SET state = ? WHERE originator_version = 2", [blanked.encode()])
    assert check_ledger(file.path) == before


def test_a_gap_is_found(file: File) -> None:
    rows = stored(ONE, [began(3), fact("a"), fact("b"), fact("c")])
    del rows[2]
    assert problems(file, rows) == [
        "position 3 is missing",
        "position 1 is followed by 2 events, which is not its count",
    ]


def test_a_missing_first_position_is_found(file: File) -> None:
    assert problems(file, stored(ONE, [began(0), began(0)])[1:]) == [
        "position 1 is missing",
        "position 2 records a wrong prior_root",
    ]


def test_another_row_order_is_found(file: File) -> None:
    rows = stored(ONE, HISTORY)
    assert problems(file, [rows[0], rows[2], rows[1], *rows[3:]]) == [
        "position 3 is stored before an earlier one",
    ]


@pytest.mark.parametrize(("old", "new"), [('":"', '": "'), ('"name"', '"nam\\u0065"')])
def test_a_text_that_is_not_canonical_is_found(file: File, old: str, new: str) -> None:
    assert problems(file, edited(stored(ONE, HISTORY), 2, old, new)) == [
        "position 2 is not its own canonical form"
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [("{", "["), ('"name":', '"name":"b","name":'), ('"name":"a"', '"name":NaN'), ('"s":"0', '"s":"G')],
)
def test_a_text_that_cannot_be_read_is_found(file: File, old: str, new: str) -> None:
    unreadable, wrong_root = problems(file, edited(stored(ONE, HISTORY), 2, old, new))
    assert unreadable.startswith("position 2 cannot be read: ")
    assert wrong_root == "position 4 records a wrong prior_root"


def test_an_altered_event_is_found_by_the_next_prior_root(file: File) -> None:
    assert problems(file, edited(stored(ONE, HISTORY), 3, '"name":"b"', '"name":"c"')) == [
        "position 4 records a wrong prior_root"
    ]


def test_a_wrong_prior_root_is_found(file: File) -> None:
    empty = merkle.EMPTY_ROOT.hex()
    assert problems(file, edited(stored(ONE, HISTORY), 1, empty, "0" + empty[1:])) == [
        "position 1 records a wrong prior_root",
        "position 4 records a wrong prior_root",
    ]


def test_events_of_another_ledger_are_found(file: File) -> None:
    assert problems(file, stored(OTHER, HISTORY)) == ["position 4 records a wrong prior_root"]


@pytest.mark.parametrize(
    ("events", "position", "follow"),
    [
        ([began(2), fact("a")], 1, 1),
        ([began(0), fact("a"), began(0)], 1, 1),
        ([began(0), began(1)], 2, 0),
        ([(CHANGE_BEGAN, {})], 1, 0),
        ([(CHANGE_BEGAN, {"count": True}), fact("a")], 1, 1),
    ],
)
def test_a_wrong_count_is_found(file: File, events: list[Event], position: int, follow: int) -> None:
    assert problems(file, stored(ONE, events)) == [
        f"position {position} is followed by {follow} events, which is not its count"
    ]


def test_an_event_before_the_first_change_is_found(file: File) -> None:
    assert problems(file, stored(ONE, [fact("a"), began(0)])) == ["position 1 is in no change"]
