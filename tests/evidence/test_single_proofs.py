"""Proofs of one event as files, and the entries of a ledger as another implementation reads them."""

from __future__ import annotations

import json
import subprocess
from base64 import b64encode
from pathlib import Path

import pytest

from tests.evidence.bundling import Signing, text
from tests.evidence.installing import programs
from tests.evidence.ledgers import WrittenLedger, made
from zenml.evidence import merkle, notes, proofs, verify

SIGNING = Signing()


@pytest.fixture(scope="module")
def ledger() -> WrittenLedger:
    return made(77, 10).ledgers[1]


def proof_of(ledger: WrittenLedger, position: int) -> str:
    def node(level: int, index: int) -> bytes:
        return merkle.root_of(ledger.leaves[index << level : (index + 1) << level])

    size, origin = len(ledger.events), f"zenml-ledger/{ledger.id}"
    note = notes.signed(notes.checkpoint_text(origin, size, ledger.tree.root()), [(origin, SIGNING)])
    extra = {"entry": json.loads(ledger.entry(position)), "event": ledger.events[position - 1][1]}
    path = proofs.inclusion_path(position - 1, size, node)
    return notes.event_proof(position - 1, path, note, text(extra).encode())


def judged(path: Path, proof: str, ledger: WrittenLedger, *previous: str) -> dict[str, str]:
    path.write_text(proof)
    key = verify.parsed_key(notes.key_line(f"zenml-ledger/{ledger.id}", SIGNING.public))
    return {one.name: one.state for one in verify.judged(str(path), [[key]], previous).verdicts}


def test_a_proof_of_each_event_holds(ledger: WrittenLedger, tmp_path: Path) -> None:
    for position in range(1, len(ledger.events) + 1):
        verdicts = judged(tmp_path / "proof", proof_of(ledger, position), ledger)
        assert verdicts == {
            **dict.fromkeys(("root", "content", "signatures"), verify.OK),
            **dict.fromkeys(("extends", "witnesses"), verify.UNCHECKED),
        }


def test_a_proof_of_another_event_or_of_an_altered_one_is_refused(ledger: WrittenLedger, tmp_path: Path) -> None:
    proof = proof_of(ledger, 5)
    lines = proof.splitlines()
    other = proof_of(ledger, 6).splitlines()[1]
    assert judged(tmp_path / "proof", proof.replace(lines[1], other), ledger)["root"] == verify.BAD
    assert judged(tmp_path / "proof", proof.replace("index 4\n", "index 5\n"), ledger)["root"] == verify.BAD
    extra = {"entry": json.loads(ledger.entry(5)), "event": {"name": "another"}}
    packed = f"extra {b64encode(text(extra).encode()).decode()}"
    assert judged(tmp_path / "proof", proof.replace(lines[1], packed), ledger)["content"] == verify.BAD
    assert judged(tmp_path / "proof", proof.replace(lines[1] + "\n", ""), ledger)["root"] == verify.UNCHECKED
    assert judged(tmp_path / "proof", proof.replace("index 4", "index 04"), ledger)["format"] == verify.BAD


def test_a_checkpoint_is_compared_with_what_was_kept(ledger: WrittenLedger, tmp_path: Path) -> None:
    note = proof_of(ledger, 1).split("\n\n", 1)[1]
    size, root = len(ledger.events), ledger.tree.root().hex()
    for given, state in (
        (f"{size}:{root}", verify.OK),
        (f"{size}:{bytes(32).hex()}", verify.BAD),
        (f"{size + 1}:{root}", verify.BAD),
        (f"{size - 1}:{root}", verify.UNCHECKED),
    ):
        assert judged(tmp_path / "note", note, ledger, given)["extends"] == state


def test_aics_tlog_finds_the_same_root_in_the_entries(ledger: WrittenLedger, tmp_path: Path) -> None:
    entries = [ledger.entry(position) for position in range(1, len(ledger.events) + 1)]
    (tmp_path / "entries").write_text("".join(f"{entry}\n" for entry in entries))
    tool = [str(programs() / "aics-tlog"), "build-tiles", "--leaves", str(tmp_path / "entries")]
    done = subprocess.run([*tool, "--out", str(tmp_path / "tiles")], capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    assert (answer["size"], answer["root"]) == (len(entries), b64encode(ledger.tree.root()).decode())
