"""Where events stand, and what the heads say: rows that were moved or removed are found."""

from __future__ import annotations

import os
from collections.abc import Callable
from uuid import UUID

import pytest

from tests.ledger.machines import Machine
from tests.ledger.tampering import Tampering, bad, verified
from zenml.domain.errors import DamagedLedgerError

OTHER = UUID("0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a11")


def test_two_events_stored_in_each_others_rows_are_found_and_their_content_is_right(
    machine: Machine, tampering: Tampering
) -> None:
    ledger_id = tampering.ledger("profile")
    one, other = tampering.events(ledger_id)[6], tampering.events(ledger_id)[8]
    tampering.swap(one, other)
    problems = bad(machine)
    assert problems["order"] == (ledger_id, one.position)
    assert "content" not in problems
    assert len(verified(machine).verdicts["order"].problems) == 1


def test_an_event_among_those_of_another_ledger_is_found(machine: Machine, tampering: Tampering) -> None:
    machines, profiles = (tampering.events(tampering.ledger(kind)) for kind in ("machine", "profile"))
    last = [event for event in machines if event.rowid < profiles[0].rowid][-1]
    assert last.rowid + 1 == profiles[0].rowid  # the two parts of the first change: each stays in its order
    tampering.swap(last, profiles[0])
    problems = verified(machine).verdicts["order"].problems
    assert [(it.ledger_id, it.position) for it in problems] == [
        (tampering.ledger("machine"), last.position),
        (tampering.ledger("profile"), profiles[0].position + 1),
    ]


@pytest.mark.parametrize("which", [0, 1, 7, -2])
def test_an_event_that_was_removed_is_missing(machine: Machine, tampering: Tampering, which: int) -> None:
    ledger_id = tampering.ledger("profile")
    event = tampering.events(ledger_id)[which]
    tampering.run("DELETE FROM stored_events WHERE rowid = ?", event.rowid)
    assert bad(machine)["order"] == (ledger_id, event.position)
    problems = verified(machine).verdicts["order"].problems
    assert [problem.message for problem in problems] == [f"Position {event.position} is missing."]


def test_the_last_event_that_was_removed_is_missed_by_the_head(machine: Machine, tampering: Tampering) -> None:
    ledger_id = tampering.ledger("machine")
    *_, change = tampering.changes(ledger_id)
    tampering.run("DELETE FROM stored_events WHERE rowid = ?", change[-1].rowid)
    problems = bad(machine)
    assert problems["order"] == (ledger_id, change[-1].position)
    assert problems["content"] == (ledger_id, change[0].position)  # it is cut short


def test_whole_changes_that_were_removed_at_the_end_are_missed_by_the_head(
    machine: Machine, tampering: Tampering
) -> None:
    ledger_id = tampering.ledger("machine")
    first = tampering.changes(ledger_id)[-2][0]
    tampering.run(
        "DELETE FROM stored_events WHERE originator_id = ? AND originator_version >= ?",
        UUID(ledger_id).hex,
        first.position,
    )
    assert bad(machine)["order"] == (ledger_id, first.position)


def test_a_gap_of_several_positions_is_told_once(machine: Machine, tampering: Tampering) -> None:
    ledger_id = tampering.ledger("profile")
    tampering.run(
        "DELETE FROM stored_events WHERE originator_id = ? AND originator_version BETWEEN 4 AND 9",
        UUID(ledger_id).hex,
    )
    problems = verified(machine).verdicts["order"].problems
    assert [(it.position, it.message) for it in problems] == [(4, "Positions 4 to 9 are missing.")]


def test_a_position_before_the_first_one_is_named(machine: Machine, tampering: Tampering) -> None:
    event = tampering.events(tampering.ledger("machine"))[0]
    tampering.run("UPDATE stored_events SET originator_version = 0 WHERE rowid = ?", event.rowid)
    assert bad(machine)["order"] == (tampering.ledger("machine"), 0)


@pytest.mark.parametrize("originator", [OTHER.hex, "", "no id", "ünïcode" * 9])
def test_an_event_in_a_ledger_without_a_head_is_found(
    machine: Machine, tampering: Tampering, originator: str
) -> None:
    event = tampering.events(tampering.ledger("profile"))[-1]
    tampering.run("UPDATE stored_events SET originator_id = ? WHERE rowid = ?", originator, event.rowid)
    messages = [problem.message for problem in verified(machine).verdicts["order"].problems]
    assert "The ledger has no head row." in messages
    assert f"Position {event.position} is missing: the head row counts {event.position} events." in messages


def head_edits() -> dict[str, tuple[str, Callable[[int], int | None], set[str]]]:
    """By name: what is done to a head row, the first bad position of a ledger of so many events, the verdicts."""
    return {
        "longer": ("UPDATE heads SET size = size + 2 WHERE ledger_id = ?", lambda size: size + 1, {"order"}),
        "shorter": ("UPDATE heads SET size = size - 1 WHERE ledger_id = ?", lambda size: size, {"order"}),
        "gone": ("DELETE FROM heads WHERE ledger_id = ?", lambda size: None, {"order"}),
    }


@pytest.mark.parametrize("name", head_edits())
def test_a_head_row_that_was_edited_is_found(machine: Machine, tampering: Tampering, name: str) -> None:
    sql, position, verdicts = head_edits()[name]
    ledger_id = tampering.ledger("profile")
    size = len(tampering.events(ledger_id))
    tampering.run(sql, ledger_id)
    problems = bad(machine)
    assert problems.keys() == verdicts
    assert problems["order"] == (ledger_id, position(size))


@pytest.mark.parametrize("frontier", [b"", b"short", bytes(32 * 9)])
def test_a_head_with_other_hashes_is_found(machine: Machine, tampering: Tampering, frontier: bytes) -> None:
    ledger_id = tampering.ledger("profile")
    last = tampering.changes(ledger_id)[-1][0]
    tampering.run("UPDATE heads SET frontier = ? WHERE ledger_id = ?", frontier, ledger_id)
    assert bad(machine) == {"content": (ledger_id, last.position)}


def test_a_head_without_events_is_found(machine: Machine, tampering: Tampering) -> None:
    tampering.run("INSERT INTO heads VALUES (?, 'profile', 3, x'')", str(OTHER))
    assert bad(machine)["order"] == (str(OTHER), 1)


@pytest.mark.parametrize("kinds", [("machine", "profile"), ("profile", "machine")])
def test_there_is_one_ledger_of_the_machine(
    machine: Machine, tampering: Tampering, kinds: tuple[str, str]
) -> None:
    old, new = kinds
    tampering.run("UPDATE heads SET kind = ? WHERE ledger_id = ?", new, tampering.ledger(old))
    assert bad(machine)["order"] == (None, None)


@pytest.mark.parametrize("seed", range(8))
def test_a_file_with_damaged_pages_is_no_fault_of_the_program(
    machine: Machine, tampering: Tampering, seed: int
) -> None:
    tampering.ask("VACUUM")  # no page is unused
    with machine.file.open("r+b") as file:
        file.seek(machine.file.stat().st_size * (seed + 1) // 10)
        file.write(os.urandom(3 * 4096))
    assert damaged(machine)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_file_that_was_cut_off_is_no_fault_of_the_program(
    machine: Machine, tampering: Tampering, share: float
) -> None:
    os.truncate(machine.file, int(machine.file.stat().st_size * share))
    assert damaged(machine)


def damaged(machine: Machine) -> bool:
    """Verifies, and returns whether damage was found, at once or in the end."""
    try:
        return not verified(machine).ok
    except DamagedLedgerError:
        return True
