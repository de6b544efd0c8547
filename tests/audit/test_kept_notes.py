"""A note that is replaced stays, while it has a signature that the newer one lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audit.anchors.logs import LEDGER, InMemorySigner, Log
from tests.ledger.machines import Machine, used
from zenml.anchors.anchor import HandedOver, Handover
from zenml.anchors.configured import ConfiguredAnchor
from zenml.anchors.handing_over import Round
from zenml.custody import checkpoints
from zenml.custody.kept_notes import keep_beside, keep_stamped, kept_notes, stamped_notes
from zenml.evidence.notes import signed, with_signature, with_signatures
from zenml.evidence.verify import parsed_note

__all__ = ["used"]

OWN, OTHER, FIRST, SECOND = (InMemorySigner() for _ in range(4))


def note(size: int, *witnesses: InMemorySigner, own: InMemorySigner = OWN) -> bytes:
    """Returns a checkpoint that is signed, and signed by others too, whatever kind of key they have."""
    plain = Log(size, signer=own).handover().note
    if not witnesses:
        return plain
    named = [(f"witness.test/{witness.public.hex()[:8]}", witness) for witness in witnesses]
    return with_signatures(plain.decode(), signed(parsed_note(plain).text, named)).encode()


def kept(folder: Path) -> dict[str, bytes]:
    """Returns what is kept beside the newest note, by the name of the file after that of the ledger."""
    named = {one.note_file for one in kept_notes(str(folder))}
    assert named == {path.name for path in (folder / "evidence").glob("*.*.note")}
    return {path.name[37:]: path.read_bytes() for path in (folder / "evidence").glob("*.*.*")}


def replaced(folder: Path, *notes: bytes) -> dict[str, bytes]:
    """Makes each note the newest one, one after the other."""
    for one in notes:
        checkpoints.keep(str(folder), LEDGER, one)
    assert checkpoints.newest(str(folder), LEDGER) == notes[-1]
    return kept(folder)


def test_only_what_would_be_lost_is_kept(tmp_path: Path) -> None:
    assert replaced(tmp_path / "a", note(1), note(2), note(3)) == {}
    assert replaced(tmp_path / "b", note(1, FIRST), note(2)) == {"1.note": note(1, FIRST)}
    assert replaced(tmp_path / "c", note(1, FIRST), note(2, FIRST)) == {}
    assert replaced(tmp_path / "d", note(1), note(2, own=OTHER)) == {"1.note": note(1)}


def test_what_is_kept_is_never_replaced_by_fewer_signatures(tmp_path: Path) -> None:
    for one in (note(1, FIRST), note(1, FIRST, SECOND), note(1), note(1, SECOND)):
        keep_beside(str(tmp_path), LEDGER, one)
    assert kept(tmp_path) == {"1.note": note(1, FIRST, SECOND)}


def test_a_note_of_the_same_size_that_says_something_else_gets_another_name(tmp_path: Path) -> None:
    other = Log(1, rewritten=1, signer=OWN).handover().note
    for one in (note(1), other, note(1), other):
        keep_beside(str(tmp_path), LEDGER, one)
    assert kept(tmp_path) == {"1.note": note(1), "1-2.note": other}


def test_what_is_stamped_and_its_stamp_stay_byte_for_byte(tmp_path: Path) -> None:
    other_era = Log(1, rewritten=1, signer=OWN).handover().note
    for one, tag, stamp in (
        (note(1), "0000000a", b"stamp"),
        (note(1), "0000000b", b"of another"),
        (note(1), "0000000a", b"stamp"),
        (note(1, FIRST), "0000000a", b"later"),
        (other_era, "0000000a", b"of another era"),
        (note(1), "0000000a", b"once more"),
    ):
        keep_stamped(str(tmp_path), LEDGER, one, tag, stamp)
    for one in (note(1, FIRST), note(1, SECOND)):  # only the second one is kept nowhere yet
        keep_beside(str(tmp_path), LEDGER, one)
    assert kept(tmp_path) == {
        "1-0000000a.note": note(1),
        "1-0000000a.tsr": b"stamp",
        "1-0000000b.note": note(1),
        "1-0000000b.tsr": b"of another",
        "1-0000000a-2.note": note(1, FIRST),
        "1-0000000a-2.tsr": b"later",
        "1-0000000a-3.note": other_era,
        "1-0000000a-3.tsr": b"of another era",
        "1-0000000a-4.note": note(1),
        "1-0000000a-4.tsr": b"once more",
        "1.note": note(1, SECOND),
    }
    assert [file.name for file in stamped_notes(str(tmp_path), "0000000b")] == ["1-0000000b"]


@pytest.mark.parametrize("garbage", [b"", b"garbage", b"a\n\nb\n"])
def test_what_somebody_edited_is_in_nobodys_way(tmp_path: Path, garbage: bytes) -> None:
    keep_beside(str(tmp_path), LEDGER, note(1))
    (tmp_path / "evidence" / f"{LEDGER}.1.note").write_bytes(garbage)
    keep_beside(str(tmp_path), LEDGER, note(1))
    assert kept(tmp_path) == {"1.note": garbage, "1-2.note": note(1)}


def test_a_cosignature_that_comes_after_the_next_checkpoint_is_kept(used: Machine) -> None:
    here, config = used.repository(), str(used.config)
    first = here.checkpoint()
    here.register_component("orchestrator", "o", flavor="local", parameters={})
    here.checkpoint()
    text = parsed_note(first.note.encode()).text
    line = signed(text, [("witness.test/0", FIRST)]).removeprefix(f"{text}\n")
    handover = Handover(first.ledger_id, Log(1).handover().checkpoint, first.note.encode(), "", lambda _: [], 0)
    none = ConfiguredAnchor("w", "witness", "https://w.test", {}, {})

    class Late:
        place = "w"

        def hand_over(self, *_: object) -> HandedOver:
            return HandedOver("cosigned", line)

    Round(config, [], [handover], lambda done, total: None)._one(Late(), none, handover)  # type: ignore[arg-type]
    file = used.config / "evidence" / f"{first.ledger_id}.{first.size}.note"
    assert file.read_text() == with_signature(first.note, line)
