"""Changes that were forged so that every hash fits: what they say of each other does not."""

from __future__ import annotations

import pytest

from tests.ledger.machines import Machine
from tests.ledger.tampering import Tampering, bad, change_in_the_middle, verified


def test_a_wrong_root_is_told_from_altered_events(machine: Machine, tampering: Tampering) -> None:
    ledger_id = tampering.ledger("profile")
    events = tampering.events(ledger_id)
    at = change_in_the_middle(tampering, ledger_id)[0].position - 1
    events[at] = events[at].with_fields(prior_root="ab" * 32)
    tampering.forge(ledger_id, events, keep_root_at=at + 1)
    problems = verified(machine).verdicts["content"].problems
    assert [(it.position, "root recorded here" in it.message) for it in problems] == [(at + 1, True)]


@pytest.mark.parametrize("last", [True, False])
def test_a_change_that_was_cut_short_is_named(machine: Machine, tampering: Tampering, last: bool) -> None:
    ledger_id = tampering.ledger("profile")
    changes = tampering.changes(ledger_id)
    change = changes[-1] if last else change_in_the_middle(tampering, ledger_id)
    kept = [event for event in tampering.events(ledger_id) if event.rowid != change[-1].rowid]
    tampering.forge(ledger_id, kept)
    problems = bad(machine)
    assert problems["content"] == (ledger_id, change[0].position)
    assert problems["order"] == (None, None)  # rows are numbered, and a number is gone
    assert "is cut short" in verified(machine).verdicts["content"].problems[0].message


def test_an_event_too_many_is_named(machine: Machine, tampering: Tampering) -> None:
    ledger_id = tampering.ledger("profile")
    events = tampering.events(ledger_id)
    last = events[-1]._replace(rowid=events[-1].rowid + 1000)
    tampering.forge(ledger_id, [*events, last])
    assert bad(machine)["content"] == (ledger_id, last.position + 1)


def test_an_event_before_the_first_change_is_named(machine: Machine, tampering: Tampering) -> None:
    ledger_id = tampering.ledger("profile")
    tampering.forge(ledger_id, tampering.events(ledger_id)[1:])
    assert bad(machine)["content"] == (ledger_id, 1)


def test_a_change_whose_other_part_is_missing_is_named(machine: Machine, tampering: Tampering) -> None:
    profile, machine_id = tampering.ledger("profile"), tampering.ledger("machine")
    parts = {change[0].fields["change_id"] for change in tampering.changes(machine_id)}
    shared = next(it for it in tampering.changes(profile)[1:] if it[0].fields["change_id"] in parts)
    began = next(
        it[0] for it in tampering.changes(machine_id) if it[0].fields["change_id"] == shared[0].fields["change_id"]
    )
    gone = {event.rowid for event in shared}
    tampering.forge(profile, [event for event in tampering.events(profile) if event.rowid not in gone])
    # what the ledger says of its own positions, such as of redacted values, does not fit any more either
    problems = verified(machine).verdicts["content"].problems
    (missing,) = [one for one in problems if f"in the ledger {profile} is missing" in one.message]
    assert (missing.ledger_id, missing.position) == (machine_id, began.position)


def test_parts_that_say_different_things_are_named(machine: Machine, tampering: Tampering) -> None:
    ledger_id = tampering.ledger("profile")
    events = tampering.events(ledger_id)
    events[0] = events[0].with_fields(time="2001-01-01T00:00:00.000000Z")
    tampering.forge(ledger_id, events)
    assert bad(machine)["content"] == (ledger_id, 1)


def test_a_count_that_is_not_that_of_the_parts_is_named(machine: Machine, tampering: Tampering) -> None:
    ledger_id = tampering.ledger("profile")
    events = tampering.events(ledger_id)
    at = tampering.changes(ledger_id)[-1][0].position - 1
    parts = [{**part, "count": part["count"] + 1} for part in events[at].fields["parts"]]
    events[at] = events[at].with_fields(parts=parts)
    tampering.forge(ledger_id, events)
    assert bad(machine)["content"] == (ledger_id, at + 1)


def test_an_event_in_a_ledger_of_the_wrong_kind_is_named(machine: Machine, tampering: Tampering) -> None:
    ledger_id = tampering.ledger("machine")
    foreign = tampering.changes(tampering.ledger("profile"))[0][1]
    events = tampering.events(ledger_id)
    at = change_in_the_middle(tampering, ledger_id)[1].position - 1
    events[at] = events[at]._replace(topic=foreign.topic, fields=foreign.fields)
    tampering.forge(ledger_id, events)
    assert bad(machine)["content"] == (ledger_id, at + 1)
