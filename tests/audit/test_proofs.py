"""A proof shows one event of a change and nothing else, and leads to a signed checkpoint."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import pytest

from tests.ledger.histories import SECRET
from tests.ledger.machines import Machine
from tests.ledger.tampering import Tampering, lived, tampering
from zenml.custody.event_proofs import EventProof
from zenml.domain.errors import ChangeNotFoundError, DamagedLedgerError, InvalidValueError, NotFoundError
from zenml.evidence import canonical
from zenml.evidence.commitments import committed
from zenml.evidence.verify import inclusion_holds, leaf_of, parsed_checkpoint, parsed_note

__all__ = ["lived", "tampering"]


def shown(proof: EventProof) -> dict[str, Any]:
    """Returns what a proof shows, after checking it with nothing but what is in it."""
    head, _, note = proof.text.partition("\n\n")
    heading, extra, index, *path = head.split("\n")
    assert heading == "c2sp.org/tlog-proof@v1"
    told: dict[str, Any] = json.loads(b64decode(extra.removeprefix("extra "), validate=True))
    entry = canonical.text(told["entry"]).encode()
    checkpoint = parsed_checkpoint(parsed_note(note.encode()).text)
    place = int(index.removeprefix("index "))
    assert place == proof.position - 1
    hashes = [b64decode(line, validate=True) for line in path]
    assert inclusion_holds(leaf_of(entry), place, checkpoint.size, hashes, checkpoint.root)
    assert committed(told["event"]) == told["entry"]["event"]
    assert (told["entry"]["ledger"], told["entry"]["position"], told["entry"]["topic"]) == proof[1:4]
    return told


def test_every_event_of_every_change_is_proved(machine: Machine, tampering: Tampering) -> None:
    here, seen = machine.repository(), set[tuple[str, int]]()
    for change in here.history(everything=True):
        proofs = here.proof(change.letters)
        assert [proof.number for proof in proofs] == list(range(1, len(proofs) + 1))
        for proof in proofs:
            shown(proof)
            seen.add((proof.ledger_id, proof.position))
    heads = here.ledger_status().heads
    assert len(seen) == sum(head.size for head in heads)


def test_a_change_with_parts_in_two_ledgers_has_proofs_in_both(machine: Machine, tampering: Tampering) -> None:
    here = machine.repository()
    several = [here.proof(change.letters) for change in here.history(everything=True)]
    assert any(len({proof.ledger_id for proof in proofs}) == 2 for proofs in several)


def test_one_event_is_proved_alone(machine: Machine, tampering: Tampering) -> None:
    here = machine.repository()
    change = here.history(limit=1)[0].letters
    every = here.proof(change)
    for number in range(1, len(every) + 1):
        (one,) = here.proof(change, event=number)
        assert one._replace(new_key=every[number - 1].new_key) == every[number - 1]
    for number in (0, -1, len(every) + 1):
        with pytest.raises(InvalidValueError, match=f"has the events 1 to {len(every)}"):
            here.proof(change, event=number)


def test_a_checkpoint_is_made_where_the_change_is_newer_and_else_the_newest_is_used(
    machine: Machine, tampering: Tampering
) -> None:
    here = machine.repository()
    first = here.combine_stack("one", {"orchestrator": "default", "artifact_store": "default"})
    assert first is not None
    (proof, *_) = here.proof(first.letters)
    here.combine_stack("two", {"orchestrator": "default", "artifact_store": "default"})
    assert here.proof(first.letters)[0] == proof._replace(new_key=None)
    later = here.history(limit=1)[0].letters
    assert here.proof(later)[0].size > proof.size
    assert here.proof(first.letters)[0].size > proof.size


def test_nothing_of_a_secret_is_in_a_proof(machine: Machine, tampering: Tampering) -> None:
    here = machine.repository()
    name = "größe 数据库"
    changes = [change.letters for change in here.history(everything=True)]
    told = [shown(proof) for change in changes for proof in here.proof(change)]
    sealed = [event for event in told if '"ciphertext"' in json.dumps(event["event"])]
    assert sealed
    for event in sealed:
        text = json.dumps(event, ensure_ascii=False)
        assert SECRET not in text
        for part in json.dumps(event["event"]).split('"ciphertext": ')[1:]:
            assert part.startswith('{"c": ')
    assert any(name in json.dumps(event, ensure_ascii=False) for event in sealed)


def test_a_change_that_was_altered_is_not_proved(machine: Machine, tampering: Tampering) -> None:
    here = machine.repository()
    change = here.combine_stack("one", {"orchestrator": "default", "artifact_store": "default"})
    assert change is not None
    here.proof(change.letters)
    last = tampering.events(machine.profile_ledger())[-1]
    tampering.text(last, canonical.text({**last.fields, "name": "forged"}).encode())
    with pytest.raises(DamagedLedgerError):
        here.proof(change.letters)


def test_what_does_not_exist_is_not_proved(machine: Machine) -> None:
    with pytest.raises(NotFoundError):
        machine.repository().proof("kkkk")
    assert not machine.config.exists()
    assert machine.repository().active_stack_name
    with pytest.raises(ChangeNotFoundError):
        machine.repository().proof("kkkk")
