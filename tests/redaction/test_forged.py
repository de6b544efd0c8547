"""Blanks that nobody recorded, and records of blanks that are none: both are named, by both verifiers."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.ledger.histories import everything
from tests.ledger.machines import Machine
from tests.ledger.tampering import Stored, Tampering, bad, verified
from zenml.domain.errors import DamagedLedgerError
from zenml.evidence import canonical, verify
from zenml.evidence.commitments import commitment
from zenml.evidence.pointed_values import is_blanked, pointed_values
from zenml.ledger.verification.blanks import Blanks

REDACTED = "zenml:ValueRedacted"


@pytest.fixture
def lived(machine: Machine) -> Machine:
    everything(machine)
    return machine


@pytest.fixture
def tampering(lived: Machine) -> Tampering:
    return Tampering(lived.file)


def blank(stored: Stored, pointer: str, hash_: str | None = None) -> bytes:
    """Returns the text of an event of which one value is a blank."""
    value = dict(pointed_values(stored.fields))[pointer]
    made = hash_ or commitment(value["s"], value["v"])
    value.clear()
    value["c"] = made
    return canonical.text(stored.fields).encode()


def salted(events: list[Stored]) -> tuple[Stored, str]:
    """Returns an event in the middle with a value that is not blank, and where in it."""
    return next(
        (event, pointer)
        for event in events[len(events) // 2 :]
        for pointer, value in pointed_values(event.fields)
        if pointer == "/host" or (pointer.endswith("session") and not is_blanked(value))
    )


def redaction(events: list[Stored]) -> Stored:
    return next(event for event in events if event.topic == REDACTED)


def alone(machine: Machine, tmp_path: Path) -> tuple[int, str]:
    """Returns what the verifier that needs nothing of ours says of a bundle of everything."""
    out = tmp_path / "bundle.zip"
    machine.repository().make_bundle(str(out), everything=True)
    assert zipfile.is_zipfile(out)
    done = subprocess.run(
        [sys.executable, "-I", verify.__file__, str(out)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


def test_a_real_one_is_right_for_both(lived: Machine, tmp_path: Path) -> None:
    assert bad(lived) == {}
    code, said = alone(lived, tmp_path)
    assert code == 0, said
    assert "redacted" in said


def test_a_blank_that_no_event_names(
    lived: Machine, tampering: Tampering, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger_id = tampering.ledger("profile")
    event, pointer = salted(tampering.events(ledger_id))
    tampering.text(event, blank(event, pointer))
    lived.repository().rebuild()
    assert bad(lived) == {"content": (ledger_id, event.position)}
    assert "blanked, but no event says so" in verified(lived).verdicts["content"].problems[0].message
    with pytest.raises(DamagedLedgerError, match="nothing is signed"):
        alone(lived, tmp_path)
    monkeypatch.setattr(Blanks, "unexplained", lambda self: [])
    code, said = alone(lived, tmp_path)
    assert code == 5
    assert "BAD" in next(line for line in said.splitlines() if line.startswith("redaction"))


def test_a_blank_with_another_commitment(lived: Machine, tampering: Tampering) -> None:
    ledger_id = tampering.ledger("profile")
    events = tampering.events(ledger_id)
    named = redaction(events).fields["values"][0]
    event = events[named["position"] - 1]
    fields = dict(pointed_values(event.fields))
    fields[named["field"]]["c"] = "ab" * 32
    tampering.text(event, canonical.text(event.fields).encode())
    assert "content" in bad(lived)
    assert any("roots do not match" in one.message for one in verified(lived).verdicts["content"].problems)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(lambda event: [{"position": 1, "field": "/session"}], id="of a value that is not blank"),
        pytest.param(lambda event: [{"position": 1, "field": "/nowhere"}], id="of no field"),
        pytest.param(lambda event: [{"position": 0, "field": "/session"}], id="of no position"),
        pytest.param(lambda event: [{"position": 10**6, "field": "/session"}], id="of no position yet"),
        pytest.param(lambda event: [{"position": event.position, "field": "/reason"}], id="of itself"),
    ],
)
def test_a_record_of_what_was_not_blanked(
    lived: Machine, tampering: Tampering, values: Callable[[Stored], list[dict[str, Any]]]
) -> None:
    ledger_id = tampering.ledger("profile")
    events = tampering.events(ledger_id)
    event = redaction(events)
    events[event.position - 1] = event.with_fields(values=[*event.fields["values"], *values(event)])
    before = [dict(pointed_values(one.fields)) for one in events]
    tampering.forge(ledger_id, events)
    lived.repository().rebuild()
    problems = verified(lived).verdicts["content"].problems
    assert [(one.ledger_id, one.position) for one in problems] == [(ledger_id, event.position)]
    assert "was redacted, but no blank value is there" in problems[0].message
    after = [dict(pointed_values(one.fields)) for one in tampering.events(ledger_id)]
    assert after == before, "a forged record blanked something"


def test_a_record_of_the_same_blank_twice_is_no_harm(lived: Machine, tampering: Tampering) -> None:
    ledger_id = tampering.ledger("profile")
    events = tampering.events(ledger_id)
    event = redaction(events)
    events[event.position - 1] = event.with_fields(values=event.fields["values"] * 2)
    tampering.forge(ledger_id, events)
    lived.repository().rebuild()
    assert bad(lived).keys() <= {"completeness"}  # it was rewritten, and this machine has seen another one


def test_a_record_that_forgets_one_of_its_blanks(
    lived: Machine, tampering: Tampering, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger_id = tampering.ledger("profile")
    events = tampering.events(ledger_id)
    event = redaction(events)
    values = event.fields["values"]
    (new,) = [one for one in values if one["field"] == "/new"]
    events[event.position - 1] = event.with_fields(values=[one for one in values if one != new])
    tampering.forge(ledger_id, events)
    lived.repository().rebuild()
    problems = verified(lived).verdicts["content"].problems
    # and where it was repeated to, when the component was deleted
    assert {one.ledger_id for one in problems} == {ledger_id}
    assert problems[0].position == new["position"]
    assert len(problems) == 2
    monkeypatch.setattr(Blanks, "unexplained", lambda self: [])  # or nothing is signed
    code, said = alone(lived, tmp_path)
    assert code == 5
    assert f"/new at position {new['position']}" in said
