"""What was kept elsewhere is compared with the ledgers, whatever form it has; what contradicts them is named."""

from __future__ import annotations

import json
import os
import random
import zipfile
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from tests.ledger.machines import Machine
from tests.ledger.tampering import Tampering, lived, tampering
from zenml.custody.checkpoints import SignedCheckpoint
from zenml.custody.claims import claims_of
from zenml.domain.errors import InvalidValueError
from zenml.ledger.verification import Verdict

__all__ = ["lived", "tampering"]

SIGNED = "signed here"
ANOTHER_KEY = "the signature was not compared: it is of another key"


@pytest.fixture
def signed(machine: Machine, tampering: Tampering) -> SignedCheckpoint:
    return machine.repository().checkpoint()


def written(folder: Path, name: str, content: str | bytes) -> str:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(file)


def verdict(machine: Machine, *sources: str) -> Verdict:
    """Compares sources, and returns the verdict about the last one."""
    verification = machine.repository().verify(against=sources)
    assert [compared.source for compared in verification.against] == list(sources)
    compared = verification.against[-1].verdict
    assert verification.ok is (compared.ok is not False)
    return compared


def bundled(folder: Path, signed: SignedCheckpoint, **members: bytes) -> str:
    file = folder / "bundle.zip"
    with zipfile.ZipFile(file, "w") as bundle:
        bundle.writestr(f"ledgers/{signed.ledger_id}/checkpoint", members.pop("checkpoint", signed.note.encode()))
        bundle.writestr("manifest.json", b"{}")
    return str(file)


def rewrite(tampering: Tampering, ledger_id: str) -> None:
    """Rewrites an early event of a ledger, so that all its hashes fit."""
    events = tampering.events(ledger_id)
    forged = {**events[0].fields, "time": "2026-01-01T00:00:00.000000Z"}
    tampering.forge(ledger_id, [events[0]._replace(fields=forged), *events[1:]])


def sources(machine: Machine, signed: SignedCheckpoint, folder: Path) -> dict[str, str]:
    """Returns what says where a ledger ended, by its form."""
    here, root = machine.repository(), bytes.fromhex(signed.root)
    exports = {name: str(folder / f"export.{name}") for name in ("jsonl", "csv", "html")}
    for name, file in exports.items():
        here.export_record(file, name, everything=True)
    change = here.history(limit=1, everything=False)[0].letters
    return {
        "note": written(folder, "a.note", signed.note),
        "bundle": bundled(folder, signed),
        "proof": written(folder, "a.tlog-proof", here.proof(change)[0].text),
        "size and root": f"{signed.size}:{signed.root}",
        "root": signed.root,
        "root in base64": b64encode(root).decode(),
        **exports,
    }


def test_every_form_is_compared_and_a_rewrite_contradicts_all_of_them(
    machine: Machine, tampering: Tampering, signed: SignedCheckpoint, tmp_path: Path
) -> None:
    kept = sources(machine, signed, tmp_path)
    verification = machine.repository().verify(against=list(kept.values()))
    said = {name: compared.verdict for name, compared in zip(kept, verification.against, strict=True)}
    assert verification.ok, said
    assert all(f" events of {signed.ledger_id}" in one.text or "ledgers more" in one.text for one in said.values())
    assert {name for name, one in said.items() if one.text.endswith(SIGNED)} == {"note", "bundle", "proof"}
    rewrite(tampering, signed.ledger_id)
    verification = machine.repository().verify(against=list(kept.values()))
    assert not verification.ok
    assert {name: one.verdict.ok for name, one in zip(kept, verification.against, strict=True)} == dict.fromkeys(
        kept, False
    )


def test_what_was_kept_of_an_earlier_end_fits_too(
    machine: Machine, signed: SignedCheckpoint, tmp_path: Path
) -> None:
    note = written(tmp_path, "last-month.note", signed.note)
    for name in ("later", "still later"):
        machine.repository().combine_stack(name, {"orchestrator": "default", "artifact_store": "default"})
    for source in (note, f"{signed.size}:{signed.root}", signed.root):
        assert f"{signed.size:,} events of {signed.ledger_id}" in verdict(machine, source).text


def test_a_cut_tail_is_named(
    machine: Machine, tampering: Tampering, signed: SignedCheckpoint, tmp_path: Path
) -> None:
    *kept, _ = tampering.changes(signed.ledger_id)
    tampering.forge(signed.ledger_id, [event for change in kept for event in change])
    (problem,) = verdict(machine, written(tmp_path, "a.note", signed.note)).problems
    assert problem.ledger_id == signed.ledger_id
    assert f"first {signed.size:,} events" in problem.message


def test_a_root_that_no_ledger_ever_had_is_named(machine: Machine, signed: SignedCheckpoint) -> None:
    for source in ("00" * 32, f"{signed.size - 1}:{signed.root}", f"{10**15}:{signed.root}"):
        (problem,) = verdict(machine, source).problems
        assert problem.message.startswith("No ledger here ")


def test_a_note_that_another_machine_signed_is_compared_but_for_its_signature(
    machine: Machine, signed: SignedCheckpoint, tmp_path: Path
) -> None:
    (machine.config / "keys" / "signing.key").write_bytes(b64encode(bytes(32)))
    (machine.config / "evidence" / "signing-key.json").unlink()  # which knows that key as one that signed here
    assert verdict(machine, written(tmp_path, "a.note", signed.note)).text.endswith(ANOTHER_KEY)
    again = machine.repository().checkpoint()
    assert again.key_line != signed.key_line
    assert (again.size, again.root) == (signed.size, signed.root)
    assert verdict(machine, written(tmp_path, "b.note", again.note)).text.endswith(SIGNED)


def test_a_note_of_another_record_is_named(
    machine: Machine,
    tampering: Tampering,
    signed: SignedCheckpoint,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    note = written(tmp_path, "a.note", signed.note)
    other = Machine(machine.folder("other"))
    monkeypatch.setenv("ZENML_CONFIG_PATH", str(other.config))
    assert other.repository().active_stack_name == "default"
    (problem,) = verdict(other, note).problems
    assert problem.message == f"There is no ledger here that is called {signed.origin}."


def test_a_signature_that_does_not_hold_is_named(
    machine: Machine, signed: SignedCheckpoint, tmp_path: Path
) -> None:
    last = signed.note.rindex("=")
    other = "A" if signed.note[last - 20] != "A" else "B"
    note = written(tmp_path, "a.note", signed.note[: last - 20] + other + signed.note[last - 19 :])
    (problem,) = verdict(machine, note).problems
    assert problem.message == f"The signature of {signed.origin} does not hold."


HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "text": b"hello\n",
    "not UTF-8": b"\xff\xfe\x00",
    "half a note": b"zenml-ledger/x\n12\n",
    "a zip that is none": b"PK\x03\x04" + bytes(100),
    "json": b'{"ledgers": 7}\n',
    "no roots": b'{"ledgers": [{"ledger": "x", "size": "y", "root": 3}]}\n',
    "no ledgers": b'{"ledgers": []}\n',
    "deep": b"[" * 100_000,
    "a page": b"<!doctype html><table></table>",
    "a long number": b'{"ledgers": [{"ledger": "x", "size": 1e999, "root": "00"}]}\n',
    "a proof without a note": b"c2sp.org/tlog-proof@v1\nindex 1\n",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_evidence_is_refused_before_anything_is_read(
    machine: Machine, signed: SignedCheckpoint, tmp_path: Path, content: bytes
) -> None:
    steps: list[Any] = []
    with pytest.raises(InvalidValueError):
        machine.repository().verify(lambda *step: steps.append(step), against=[written(tmp_path, "it", content)])
    assert not steps


def test_what_is_not_a_file_is_refused(machine: Machine, signed: SignedCheckpoint, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for source in (str(tmp_path / "nothing"), str(tmp_path), str(tmp_path / "pipe"), "12:zz", ""):
        with pytest.raises(InvalidValueError):
            machine.repository().verify(against=[source])


def test_a_bundle_that_would_unpack_to_much_is_not_unpacked(
    machine: Machine, signed: SignedCheckpoint, tmp_path: Path
) -> None:
    with pytest.raises(InvalidValueError, match="longer than 64 KiB"):
        machine.repository().verify(against=[bundled(tmp_path, signed, checkpoint=bytes(1 << 20))])


def test_json_names_each_source(machine: Machine, signed: SignedCheckpoint) -> None:
    document = machine.repository().verify(against=[signed.root, "11" * 32]).document()
    assert json.loads(json.dumps(document["against"])) == document["against"]
    assert [(one["source"], one["state"]) for one in document["against"]] == [
        (signed.root, "ok"),
        ("11" * 32, "bad"),
    ]
    assert document["verdicts"]["signatures"]["state"] == "ok"


def damaged(content: bytes, draw: random.Random) -> bytes:
    """Returns a file that lost its end, or some bits of which are others."""
    if draw.random() < 0.2:
        return content[: draw.randrange(len(content))]
    changed = bytearray(content)
    for _ in range(draw.choice((1, 1, 2, 20))):
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def test_no_damage_to_a_file_is_more_than_no_evidence(
    machine: Machine, signed: SignedCheckpoint, tmp_path: Path
) -> None:
    forms = sources(machine, signed, tmp_path)
    files = {name: Path(file).read_bytes() for name, file in forms.items() if os.path.isfile(file)}
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        with zipfile.ZipFile(tmp_path / "packed.zip", "w", method) as bundle:
            for member in ("checkpoint", "keys/00000000.note"):
                bundle.writestr(f"ledgers/{signed.ledger_id}/{member}", signed.note * 20)
        files[f"bundle {method}"] = (tmp_path / "packed.zip").read_bytes()
    seed = random.randrange(2**32)
    draw, target = random.Random(seed), str(tmp_path / "damaged")
    for name, content in files.items():
        for number in range(300):
            Path(target).write_bytes(damaged(content, draw))
            try:
                assert claims_of(target)
            except InvalidValueError:
                continue
            except Exception as error:
                raise AssertionError(f"{name}, number {number}, of seed {seed}") from error


ROW = '<tr><td><code>a2f4aa60-d472-46fb-b190-c146131f8baf</code> x title="To">{last}</td> <br>{root}</td></tr>\n'


@pytest.mark.parametrize(
    "content",
    [
        "<!doctype html>\n" + ROW.format(last=",", root="0" * 64),
        "<!doctype html>\n" + ROW.format(last="", root="0" * 64),
        "<!doctype html>\n" + ROW.format(last="1", root="0" * 64) * 10_001,
        '{"ledgers": [{"ledger": "x", "size": Infinity, "root": "' + "0" * 64 + '"}]}',
        '{"ledgers": [{"ledger": "' + "x" * 256 + '", "size": 1, "root": "' + "0" * 64 + '"}]}',
        '"' + "x" * 200_000 + '"',
        '"' + '","' * 3 + "manifest" + '","' * 30 + '"',
    ],
)
def test_a_crafted_export_is_no_evidence(tmp_path: Path, content: str) -> None:
    with pytest.raises(InvalidValueError):
        claims_of(written(tmp_path, "crafted", content))


def test_a_page_of_rows_that_never_end_takes_no_time(tmp_path: Path) -> None:
    half = ROW.partition("<br>")[0].format(last="1")
    with pytest.raises(InvalidValueError, match="no table of ledgers"):
        claims_of(written(tmp_path, "page.html", "<!doctype html>\n" + half * 100_000))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bundle_that_is_compressed_in_another_way_is_none(
    machine: Machine, signed: SignedCheckpoint, tmp_path: Path, method: int
) -> None:
    file = tmp_path / "old.zip"
    with zipfile.ZipFile(file, "w", method) as bundle:
        for name in ("manifest.json", f"ledgers/{signed.ledger_id}/checkpoint"):
            bundle.writestr(name, signed.note)
    with pytest.raises(InvalidValueError, match="compressed in another way"):
        claims_of(str(file))
    with pytest.raises(InvalidValueError) as caught:
        machine.repository().make_bundle(tmp_path / "new.zip", continues=file)
    assert caught.value.code == "not_a_bundle"
