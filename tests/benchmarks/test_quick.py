"""The ledgers that are measured are what the program would have written: else their numbers mean nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.homes import inside, silent
from benchmarks.scanning import hashed
from benchmarks.synthetic import Built, build
from benchmarks.tables import MARKER, replaced
from benchmarks.work import STACKS
from tests.evidence.second import check_ledger
from zenml.projections import stacks, stored_events
from zenml.repository import Repository
from zenml.stores.mapping import to_event

EVENTS = 300


@pytest.fixture
def built(tmp_path: Path) -> Built:
    return build(str(tmp_path / "config"), EVENTS)


def test_a_synthetic_ledger_is_a_ledger(built: Built) -> None:
    ledgers = check_ledger(built.path)
    assert [ledger["problems"] for ledger in ledgers.values()] == [[], [], []]
    assert ledgers[built.ledger_id]["size"] == built.size
    assert EVENTS <= built.size < EVENTS + 10
    with closing(sqlite3.connect(built.path)) as database:
        assert {type(to_event(row.topic, row.text)).TOPIC for row in stored_events.events(database)} > {
            "zenml:ComponentDeleted",
            "zenml:ParameterSet",
            "zenml:StackComponentSet",
            "zenml:StackDeleted",
            "zenml:StackRenamed",
        }
        assert hashed(database, built).hex() == ledgers[built.ledger_id]["root"]


def test_it_has_as_many_stacks_at_any_time(built: Built) -> None:
    with closing(sqlite3.connect(built.path)) as database:
        then = [
            len(stacks.stacks(database, built.ledger_id, at=position))
            for position in range(built.settled, built.size + 1)
        ]
    # a stack that is replaced is gone for a change of two events
    assert set(then) == {STACKS - 1, STACKS}
    assert then.count(STACKS) > then.count(STACKS - 1)


def test_the_program_goes_on_with_it(built: Built) -> None:
    with inside(str(Path(built.path).parent)):
        repository = Repository(notify=silent)
        before = repository.list_stacks()
        assert len(repository.profiles) == 2
        assert len(before) == STACKS
        parts = {"artifact_store": "default", "metadata_store": "default", "orchestrator": "default"}
        assert repository.combine_stack("one more", parts)
        assert len(repository.list_stacks()) == STACKS + 1
        assert repository.undo()
        assert repository.list_stacks() == before
    assert not any(ledger["problems"] for ledger in check_ledger(built.path).values())


def test_the_tables_of_a_document_are_replaced() -> None:
    document = f"before\n{MARKER}\nold\n{MARKER}\nafter\n"
    assert replaced(document, "new") == f"before\n{MARKER}\n\nnew\n\n{MARKER}\nafter\n"
    with pytest.raises(ValueError, match="1 lines"):
        replaced(f"{MARKER}\n", "new")
