"""Whatever is done to a ledger's file behind the program's back is found, and the first bad position is named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.evidence import second
from tests.ledger.machines import Machine
from tests.ledger.tampering import Stored, Tampering, bad, change_in_the_middle, verified
from tests.support.hints import worded
from zenml.evidence.commitments import commitment

STORED = Path(__file__).parents[1] / "stored_ledgers" / "v0_1_0.db"


def other_salt(event: Stored) -> Stored:
    """Returns the beginning of a change as it would be with another salt: sound, and another hash."""
    value = event.fields["session"]
    digit = "0" if value["s"][-1] != "0" else "1"
    return event.with_fields(session={**value, "s": value["s"][:-1] + digit})


# --- nothing is wrong ---------------------------------------------------------------------------


def test_a_ledger_that_nobody_touched_is_all_right(machine: Machine, tampering: Tampering) -> None:
    found = verified(machine)
    told = {name: verdict.ok for name, verdict in found.verdicts.items()}
    assert told == {
        **{"content": True, "order": True, "clocks": True, "replay": True, "schema": True},
        **{"secrets": None, "completeness": None},  # the key is not here, and nothing was seen before
        "approvals": True,  # where it needs some
        "signatures": None,  # nor signed
        **{"runs": True, "runs_views": True, "runs_seen": None},  # begun, and none recorded yet
    }
    assert found.ok
    assert found.events == len(machine.events())


def test_the_second_implementation_computes_the_same_heads(machine: Machine, tampering: Tampering) -> None:
    found = verified(machine)
    assert {head.ledger_id: (head.size, head.root) for head in found.heads} == {
        ledger_id: (check["size"], check["root"])
        for ledger_id, check in second.check_ledger(str(machine.file)).items()
    }
    assert [head.kind for head in found.heads] == ["machine", "profile", "profile", "profile"]


def test_a_ledger_of_the_first_release_is_right_and_its_views_are_not_compared(machine: Machine) -> None:
    machine.config.mkdir()
    shutil.copy(STORED, machine.file)
    before = machine.file.read_bytes()
    found = verified(machine)
    assert found.ok
    assert found.events == len(machine.events()) > 100
    assert found.verdicts["replay"].ok is None
    assert worded([found.verdicts["replay"].text])[0].endswith(': run "zenml ledger rebuild"')
    assert machine.file.read_bytes() == before
    machine.repository().rebuild()
    assert verified(machine).verdicts["replay"].ok is True


def test_progress_is_told_up_to_the_end(
    machine: Machine, tampering: Tampering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zenml.ledger.verification._OFTEN", 7)
    told: list[tuple[int, int]] = []
    found = machine.repository().verify(lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[0] == (7, 2 * found.events)
    assert told[-1] == (2 * found.events, 2 * found.events)


# --- what events say ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["machine", "profile"])
@pytest.mark.parametrize("which", [0, 3, -2, -1])
def test_a_sound_event_that_was_altered_is_found_by_the_roots(
    machine: Machine, tampering: Tampering, kind: str, which: int
) -> None:
    ledger_id = tampering.ledger(kind)
    began = tampering.changes(ledger_id)[which][0]
    tampering.text(began, second.canonical(other_salt(began).fields))
    problems = bad(machine)
    assert problems.keys() == {"content"}
    assert problems["content"] == (ledger_id, began.position)
    told = verified(machine).verdicts["content"].problems
    assert len([it for it in told if "roots" in it.message]) == 1  # and not one for every later change


def test_two_alterations_are_told_as_the_first_one(machine: Machine, tampering: Tampering) -> None:
    ledger_id = tampering.ledger("profile")
    for which in (5, 2):
        began = tampering.changes(ledger_id)[which][0]
        tampering.text(began, second.canonical(other_salt(began).fields))
    assert bad(machine)["content"] == (ledger_id, began.position)


def test_an_altered_event_in_each_of_two_ledgers_is_named_in_both(machine: Machine, tampering: Tampering) -> None:
    places = []
    for kind in ("machine", "profile"):
        ledger_id = tampering.ledger(kind)
        began = tampering.changes(ledger_id)[2][0]
        tampering.text(began, second.canonical(other_salt(began).fields))
        places.append((ledger_id, began.position))
    problems = verified(machine).verdicts["content"].problems
    assert [(problem.ledger_id, problem.position) for problem in problems][:2] == places


def test_swapped_texts_are_found(machine: Machine, tampering: Tampering) -> None:
    ledger_id = tampering.ledger("profile")
    changes = tampering.changes(ledger_id)
    one, other = changes[2][0], changes[4][0]
    tampering.text(one, second.canonical(other.fields))
    tampering.text(other, second.canonical(one.fields))
    # a change that records another root may be wrong itself, or the one before it
    assert bad(machine)["content"] == (ledger_id, changes[1][0].position)
    problems = verified(machine).verdicts["content"].problems
    assert f"positions {changes[1][0].position} to {one.position} was altered" in problems[0].message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (lambda event: json.dumps(event.fields).encode(), "canonical"),
        (lambda event: second.canonical(event.fields) + b" ", "canonical"),
        (lambda event: b"\xff", "UTF-8"),
        (lambda event: b"no JSON", "cannot be read: Not JSON"),
        (lambda event: b"[]", "not a JSON object"),
        (lambda event: b'{"a":1,"a":2}', "twice"),
        (lambda event: b'{"a":' * 400 + b"1" + b"}" * 400, "do not fit"),
        (lambda event: b'{"a":' * 9000 + b"1" + b"}" * 9000, "nested too deeply"),
        (lambda event: b'{"a":{"s":"x","v":"1"}}', "salt"),
        (lambda event: b'{"a":{"c":"x"}}', "commitment"),
        (lambda event: second.canonical({**event.fields, "more": 1}), "more is not valid"),
    ],
)
def test_a_text_that_is_unsound_is_named(
    machine: Machine, tampering: Tampering, text: Callable[[Stored], bytes], said: str
) -> None:
    ledger_id = tampering.ledger("profile")
    event = change_in_the_middle(tampering, ledger_id)[1]
    tampering.text(event, text(event))
    assert bad(machine)["content"] == (ledger_id, event.position)
    problems = verified(machine).verdicts["content"].problems
    assert said in problems[0].message
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("topic", "said"),
    [("os:system", "not known"), ("zenml:StackDeleted", "do not fit"), ("zenml:ChangeBegan", "do not fit")],
)
def test_another_topic_is_named(machine: Machine, tampering: Tampering, topic: str, said: str) -> None:
    ledger_id = tampering.ledger("machine")
    event = change_in_the_middle(tampering, ledger_id)[1]
    tampering.run("UPDATE stored_events SET topic = ? WHERE rowid = ?", topic, event.rowid)
    problems = [it for it in verified(machine).verdicts["content"].problems if it.position == event.position]
    assert said in problems[0].message


def test_a_value_that_was_blanked_without_a_record_of_it_is_damage(machine: Machine, tampering: Tampering) -> None:
    ledger_id = tampering.ledger("profile")
    began = change_in_the_middle(tampering, ledger_id)[0]
    value = began.fields["session"]
    blanked = began.with_fields(session={"c": commitment(value["s"], value["v"])})
    tampering.text(began, second.canonical(blanked.fields))  # every hash still fits
    assert bad(machine)["content"] == (ledger_id, began.position)
    assert "blanked" in verified(machine).verdicts["content"].problems[0].message


def test_a_value_whose_text_is_not_json_is_damage(machine: Machine, tampering: Tampering) -> None:
    ledger_id = tampering.ledger("profile")
    events = tampering.events(ledger_id)
    at = change_in_the_middle(tampering, ledger_id)[0].position - 1
    events[at] = events[at].with_fields(session={**events[at].fields["session"], "v": "no JSON"})
    tampering.forge(ledger_id, events)
    assert bad(machine)["content"] == (ledger_id, at + 1)
