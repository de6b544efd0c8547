"""What a check of the record reads: each event once to check it and once to replay it; little of the program."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.ledger.machines import Machine, machine, used
from zenml.ledger.secrets.keyring import Keyring
from zenml.ledger.verification import verify
from zenml.ledger.verification.ledger_check import LedgerCheck
from zenml.ledger.verification.reading import EventsRead, read_by_position, read_row_by_row
from zenml.projections.database import Database, open_still
from zenml.projections.stored_heads import heads

__all__ = ["machine", "used"]


@pytest.fixture
def database(used: Machine) -> Iterator[Database]:
    with open_still(str(used.file)) as database:
        yield database


def test_no_text_is_read_more_often_than_it_is_needed(database: Database, used: Machine) -> None:
    statements: list[str] = []
    database.set_trace_callback(statements.append)
    assert verify(database, str(used.file), Keyring(str(used.config), lasting=False)).ok
    reading = [sql for sql in statements if ", state, " in sql and "topic IN" not in sql and "instr" not in sql]
    assert len(reading) == 2
    assert all(sql.endswith("WHERE TRUE ORDER BY rowid") for sql in reading)


def test_both_orders_find_the_same(database: Database) -> None:
    def read(way: Callable[..., EventsRead | None]) -> list[object]:
        found = way(database, [LedgerCheck(head.ledger_id, head) for head in heads(database)], (), lambda: None)
        assert found is not None
        trees = [(check.ledger_id, check.walk.tree, check.content, check.order) for check in found.checks]
        return [trees, found.apart, found.clocks, found.parts.problems, found.parts.elsewhere]

    assert read(read_row_by_row) == read(read_by_position)


def test_rows_in_another_order_are_not_read_row_by_row(used: Machine) -> None:
    ((number,),) = used.query("SELECT max(rowid) FROM stored_events")
    used.tamper("UPDATE stored_events SET rowid = -rowid WHERE rowid = ?", number)
    with open_still(str(used.file)) as database:
        checks = [LedgerCheck(head.ledger_id, head) for head in heads(database)]
        assert read_row_by_row(database, checks, (), lambda: None) is None


def test_little_of_the_program_is_imported(used: Machine) -> None:
    script = (
        "import sys; from zenml.repository import Repository\n"
        "assert Repository(notify=lambda sentence: None).verify().ok; print(*sys.modules)"
    )
    environment = {**os.environ, "ZENML_CONFIG_PATH": str(used.config)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=used.base, capture_output=True, text=True, check=True
    )
    needless = {"eventsourcing", "pydantic", "cryptography", "zenml.custody.claims", "zenml.stores.mapping"}
    assert not needless & set(done.stdout.split())
