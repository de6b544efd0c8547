"""What is shown is compared with what the events make of it."""

from __future__ import annotations

import pytest

from tests.ledger.machines import Machine
from tests.ledger.tampering import Tampering, bad, verified
from zenml.projections.database import VIEWS

HERE = "(SELECT ledger FROM applied WHERE ledger_id = ?)"


def filled(tampering: Tampering) -> list[str]:
    return [name for name in VIEWS if tampering.ask(f"SELECT count(*) FROM {name}")[0][0]]


def test_every_view_has_something_to_compare(tampering: Tampering) -> None:
    assert filled(tampering) == list(VIEWS)


@pytest.mark.parametrize("name", VIEWS)
def test_a_row_that_was_removed_from_a_view_is_missed(machine: Machine, tampering: Tampering, name: str) -> None:
    column = tampering.ask(f"SELECT name FROM pragma_table_info('{name}')")[0][0]
    tampering.run(f"DELETE FROM {name} WHERE {column} = (SELECT max({column}) FROM {name})")
    assert bad(machine).keys() == {"replay"}
    messages = [problem.message for problem in verified(machine).verdicts["replay"].problems]
    assert f"The view '{name}' does not match the events." in messages[0]
    machine.repository().rebuild()
    assert verified(machine).ok


def test_a_cell_that_was_edited_is_named_with_where_it_comes_from(machine: Machine, tampering: Tampering) -> None:
    ledger_id = tampering.ledger("profile")
    since, name = tampering.ask(
        f"SELECT since, name FROM stacks WHERE ledger = {HERE} AND until IS NULL ORDER BY since DESC", ledger_id
    )[0]
    tampering.run(f"UPDATE stacks SET name = 'ours' WHERE ledger = {HERE} AND since = ?", ledger_id, since)
    problems = verified(machine).verdicts["replay"].problems
    assert [problem.ledger_id for problem in problems] == [ledger_id]
    assert name != "ours"


def test_other_numbers_for_the_same_ids_are_no_difference(machine: Machine, tampering: Tampering) -> None:
    tampering.run("UPDATE things SET thing = thing + 1000")
    tampering.run("UPDATE change_subjects SET thing = thing + 1000")
    assert verified(machine).verdicts["replay"].ok


def test_the_numbers_of_two_things_in_the_place_of_each_other_are_found(
    machine: Machine, tampering: Tampering
) -> None:
    (one,), (other,), *_ = tampering.ask("SELECT thing FROM things ORDER BY thing")
    for old, new in ((one, -1), (other, one), (-1, other)):
        tampering.run("UPDATE things SET thing = ? WHERE thing = ?", new, old)
    assert bad(machine).keys() == {"replay"}


def test_a_row_too_many_is_found(machine: Machine, tampering: Tampering) -> None:
    tampering.run("INSERT INTO stacks SELECT * FROM stacks WHERE until IS NOT NULL LIMIT 1")
    assert bad(machine).keys() == {"replay"}


@pytest.mark.parametrize("name", ["stacks", "changes", "applied"])
def test_a_view_that_is_gone_is_missed(machine: Machine, tampering: Tampering, name: str) -> None:
    tampering.ask(f"DROP TABLE {name}")
    assert bad(machine).keys() == {"replay"}


def test_a_view_with_another_column_is_found(machine: Machine, tampering: Tampering) -> None:
    tampering.ask("ALTER TABLE stacks RENAME COLUMN name TO called")
    problems = verified(machine).verdicts["replay"].problems
    assert [problem.message for problem in problems] == ["The view 'stacks' has the wrong columns."]


def test_a_whole_change_that_was_recorded_twice_is_found(machine: Machine, tampering: Tampering) -> None:
    ledger_id = tampering.ledger("profile")
    *_, last = tampering.changes(ledger_id)
    newest = tampering.ask("SELECT max(rowid) FROM stored_events")[0][0]
    again = [event._replace(rowid=newest + number) for number, event in enumerate(last, start=1)]
    tampering.forge(ledger_id, [*tampering.events(ledger_id), *again])
    found = verified(machine)
    assert found.verdicts["content"].ok
    assert found.verdicts["order"].ok
    assert "A replay cannot be completed" in found.verdicts["replay"].problems[0].message


def test_events_that_cannot_be_applied_end_a_replay(machine: Machine, tampering: Tampering) -> None:
    ledger_id = tampering.ledger("profile")
    event = tampering.changes(ledger_id)[1][1]
    tampering.text(event, b"{}")
    problems = bad(machine)
    assert problems["content"] == (ledger_id, event.position)
    assert "replay" in problems


@pytest.mark.parametrize("field", [{"parts": []}, {"change_id": "x"}, {"targets": [2**70]}])
def test_a_change_that_cannot_be_applied_ends_a_replay(
    machine: Machine, tampering: Tampering, field: dict[str, object]
) -> None:
    ledger_id = tampering.ledger("profile")
    began = tampering.changes(ledger_id)[0][0]
    tampering.text(
        began, str(began.with_fields(**field).fields).replace("'", '"').replace("None", "null").encode()
    )
    assert bad(machine)["content"] == (ledger_id, began.position)


def test_views_that_are_behind_are_found(machine: Machine, tampering: Tampering) -> None:
    tampering.run("UPDATE applied SET position = position - 1")
    assert bad(machine).keys() == {"replay"}
