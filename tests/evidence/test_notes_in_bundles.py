"""Bundles with more than one signature of a root: cosignatures of witnesses, earlier notes, time stamps."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest

from tests.evidence.bundling import Members, Signing, members, sealed, write
from tests.evidence.ledgers import WrittenLedger, WrittenRecord, made
from zenml.evidence import merkle, notes, verify

SIGNING, WITNESS = Signing(), Signing(7)
WITNESS_KEY = verify.Key(
    "witness.test/w1",
    verify.key_id("witness.test/w1", verify.COSIGNATURE, WITNESS.public),
    verify.COSIGNATURE,
    WITNESS.public,
)
SECONDS = 1795872782
TIME = "2026-11-28 13:33:02 UTC"


@pytest.fixture(scope="module")
def record() -> WrittenRecord:
    return made(50, 4, ("default",))


def cosigned(note: str, seconds: int = SECONDS) -> str:
    """Returns a note with the signature of the witness (C2SP tlog-cosignature)."""
    text = note[: note.index("\n\n") + 1]
    blob = seconds.to_bytes(8, "big") + WITNESS.sign(f"cosignature/v1\ntime {SECONDS}\n{text}".encode())
    return notes.with_signature(note, f"\u2014 {WITNESS_KEY.name} {b64encode(WITNESS_KEY.key_id + blob).decode()}")


def note_of(ledger: WrittenLedger, size: int, *, root: bytes | None = None) -> str:
    origin, leaves = f"zenml-ledger/{ledger.id}", ledger.leaves[:size]
    text = notes.checkpoint_text(origin, size, merkle.root_of(leaves) if root is None else root)
    return notes.signed(text, [(origin, SIGNING)])


def judged(
    path: Path, record: WrittenRecord, added: Members, keys: tuple[verify.Key, ...] = (WITNESS_KEY,)
) -> dict[str, verify.Finding]:
    """Returns what is said of a bundle with other members, of which the machine's key is known, too."""
    bundle = write(path / "b.zip", sealed({**members(record, SIGNING), **added}, SIGNING))
    own = verify.parsed_key(notes.key_line(f"zenml-ledger/{record.machine.id}", SIGNING.public))
    return {one.name: one for one in verify.judged(str(bundle), [[one] for one in (own, *keys)]).verdicts}


def with_cosignatures(record: WrittenRecord, ledgers: list[WrittenLedger], seconds: int = SECONDS) -> Members:
    made_notes = members(record, SIGNING)
    names = [f"ledgers/{ledger.id}/checkpoint" for ledger in ledgers]
    return {name: cosigned(made_notes[name].decode(), seconds).encode() for name in names}


def test_a_cosignature_says_when_a_witness_saw_the_checkpoint(record: WrittenRecord, tmp_path: Path) -> None:
    said = judged(tmp_path, record, with_cosignatures(record, record.ledgers))
    assert (said["witnesses"].state, said["signatures"].state) == (verify.OK, verify.OK)
    expected = {
        f"{WITNESS_KEY.name} saw ledgers/{ledger.id}/checkpoint ({len(ledger.events)} events) at {TIME}"
        for ledger in record.ledgers
    }
    assert set(said["witnesses"].sentences) == expected
    assert said["signatures"].sentences[0].startswith("the key given as zenml-ledger/")


def test_a_checkpoint_that_no_witness_saw_is_named(record: WrittenRecord, tmp_path: Path) -> None:
    said = judged(tmp_path, record, with_cosignatures(record, record.ledgers[:1]))["witnesses"]
    assert said.state == verify.UNCHECKED
    assert said.sentences == (f"No witness whose key was given saw a note of ledgers/{record.ledgers[1].id}",)


def test_another_time_than_the_witness_signed_is_noticed(record: WrittenRecord, tmp_path: Path) -> None:
    said = judged(tmp_path, record, with_cosignatures(record, record.ledgers, SECONDS - 1))
    assert [name for name, one in said.items() if one.state == verify.BAD] == ["witnesses"]


def test_a_witness_in_the_bundle_alone_is_not_trusted(record: WrittenRecord, tmp_path: Path) -> None:
    line = f"{WITNESS_KEY.name}+{WITNESS_KEY.key_id.hex()}+{b64encode(bytes([4]) + WITNESS.public).decode()}\n"
    added = with_cosignatures(record, record.ledgers)
    added["keys.txt"] = members(record, SIGNING)["keys.txt"] + line.encode()
    said = judged(tmp_path, record, added, ())
    assert said["witnesses"].sentences == ("no key of a witness was given (--key)",)
    assert said["signatures"].state == verify.OK
    wrong = with_cosignatures(record, record.ledgers, SECONDS - 1)
    said = judged(tmp_path, record, {**added, **wrong}, ())
    assert said["witnesses"].state == verify.BAD


def test_an_earlier_note_and_its_time_stamp_are_compared(record: WrittenRecord, tmp_path: Path) -> None:
    ledger = record.ledgers[1]
    folder = f"ledgers/{ledger.id}/notes"
    machine = with_cosignatures(record, record.ledgers[:1])
    note = cosigned(note_of(ledger, 2)).encode()
    said = judged(tmp_path, record, {**machine, f"{folder}/old.note": note, f"{folder}/old.tsr": b"stamp"})
    assert [name for name, one in said.items() if one.state == verify.BAD] == []
    assert said["witnesses"].state == verify.OK
    assert f"{WITNESS_KEY.name} saw {folder}/old.note (2 events) at {TIME}" in said["witnesses"].sentences
    command = f"openssl ts -verify -in {folder}/old.tsr -data {folder}/old.note -CAfile CA.pem"
    assert (said["timestamps"].state, said["timestamps"].sentences) == (verify.UNCHECKED, (command,))


def test_an_earlier_note_of_another_record_is_noticed(record: WrittenRecord, tmp_path: Path) -> None:
    ledger = record.ledgers[1]
    size, name = len(ledger.events), f"ledgers/{ledger.id}/notes/old.note"
    for note, sentence in (
        (note_of(ledger, 2, root=bytes(32)), f"The first 2 entries do not give the root in {name}"),
        (note_of(ledger, size + 1), f"{name} is of a size that is not in this bundle"),
    ):
        said = judged(tmp_path, record, {name: note.encode()}, ())
        assert [name for name, one in said.items() if one.state == verify.BAD] == ["root"]
        assert said["root"].sentences == (sentence,)


def test_notes_and_time_stamps_stand_where_they_belong(record: WrittenRecord, tmp_path: Path) -> None:
    ledger = record.ledgers[1]
    folder, note = f"ledgers/{ledger.id}/notes", note_of(ledger, 2).encode()
    hundred = {f"{folder}/{number}.note": note for number in range(100)}
    assert judged(tmp_path, record, hundred, ())["root"].state == verify.OK
    for added in (
        {f"{folder}/lonely.tsr": b"stamp"},
        {f"{folder}/old.txt": note},
        {f"ledgers/{record.new_id()}/notes/old.note": note},
        {**hundred, f"{folder}/more.note": note},
        {f"{folder}/old.note": note[:-1]},
    ):
        assert judged(tmp_path, record, added, ())["format"].state == verify.BAD
