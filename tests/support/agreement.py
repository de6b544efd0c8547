"""What must be true of a shared profile after whatever happened: one record, once, the same everywhere."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from typing import Any, NamedTuple
from uuid import UUID

from tests.evidence.second import CHANGE_BEGAN, check_events
from tests.support.plain_sql import rows
from tests.support.program import Home
from tests.support.tables import column
from tests.support.teams import Score, look

STACK_REGISTERED = "zenml:StackRegistered"


class Record(NamedTuple):
    """What a database has of a profile.

    Attributes:
        ledger_id: The profile's ledger.
        events: Topics and stored texts, by position.
        root: The root of the tree over them.
    """

    ledger_id: str
    events: list[tuple[str, bytes]]
    root: str

    @property
    def stacks(self) -> list[str]:
        """The names of all stacks that were registered, in that order."""
        return [json.loads(state)["name"] for topic, state in self.events if topic == STACK_REGISTERED]


def record_at(url: str) -> Record:
    """Reads the profile's ledger at `url` by plain SQL, and checks that it is whole."""
    ((ledger_id, size),) = rows(url, "SELECT ledger_id, size FROM zenml_ledgers WHERE kind = 'profile'")
    where = f"WHERE ledger_id = '{UUID(ledger_id)}' ORDER BY position"
    stored = [
        (position, topic, bytes(state))
        for position, topic, state in rows(url, f"SELECT position, topic, state FROM zenml_events {where}")
    ]
    assert [position for position, _, _ in stored] == list(range(1, size + 1))
    changes = rows(url, f"SELECT change_id, position FROM zenml_changes {where}")
    assert changes == [
        (json.loads(state)["change_id"], position) for position, topic, state in stored if topic == CHANGE_BEGAN
    ]
    evidence = check_events(ledger_id, [(ledger_id, position, position, *event) for position, *event in stored])
    assert evidence["problems"] == []
    return Record(ledger_id, [(topic, state) for _, topic, state in stored], evidence["root"])


def check_answers(score: Score, record: Record) -> None:
    """Checks that what was answered is true: acknowledged is there, refused is not, and nothing is there twice."""
    names = record.stacks
    assert len(names) == len(set(names))
    assert score.recorded <= set(names), score.reports
    assert not score.refused & set(names), score.reports
    assert set(names) <= score.recorded | score.unknown | {"default"}


def check_homes(homes: Iterable[Home], record: Record) -> None:
    """Checks that each home has what the database has, event for event, and makes the same of it."""
    for home in homes:
        answer = look(home)
        assert sorted(column(answer.rows, "STACK NAME")) == sorted(record.stacks), answer.report()
        assert copy_of(home, record.ledger_id) == record.events
        verdict = home.run("audit", "verify", "-o", "json")
        assert verdict.exit == 0, verdict.report()
        (head,) = [head for head in json.loads(verdict.stdout)["heads"] if head["ledger"] == record.ledger_id]
        assert (head["size"], head["root"]) == (len(record.events), record.root)


def copy_of(home: Home, ledger_id: str) -> list[tuple[str, bytes]]:
    """Returns what a home's own file has of a ledger."""
    query = "SELECT topic, state FROM stored_events WHERE originator_id = ? ORDER BY originator_version"
    with closing(sqlite3.connect(f"{(home.config / 'ledger.db').as_uri()}?mode=ro", uri=True)) as database:
        return [(topic, _bytes(state)) for topic, state in database.execute(query, (UUID(ledger_id).hex,))]


def _bytes(state: Any) -> bytes:
    return state.encode() if isinstance(state, str) else bytes(state)
