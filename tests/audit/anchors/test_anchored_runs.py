"""Where ledgers of runs end is handed to anchors as well, and compared with what they kept."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.audit.anchors.peers import Witness, witness
from tests.audit.bundles.altering import manifest, members
from tests.ledger.machines import Machine
from tests.runs.made_runs import in_2025, record_run, run_sql, runs_files
from tests.runs.test_custody import restore
from zenml.custody.runs import signed_notes
from zenml.evidence.verify import parsed_key, parsed_note, signature_holds
from zenml.ledger.verification import Verdict
from zenml.repository import Repository

PARTS = {"orchestrator": "default", "artifact_store": "default"}


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "notes.jsonl"


@pytest.fixture
def here(machine: Machine, kept: Path) -> Repository:
    """A machine with an anchor, on which two runs ended."""
    here = machine.repository()
    here.combine_stack("prod", PARTS, activate=True)
    record_run(here, "first")
    record_run(here, "second")
    here.add_anchor("file", str(kept))
    return here


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Witness]:
    with witness(tmp_path / "witness") as made:
        yield made


def compared(here: Repository) -> Verdict:
    (against,) = here.verify(anchors=True).against
    return against.verdict


def sentences(here: Repository) -> list[str]:
    return [problem.message.partition(": ")[2] for problem in compared(here).problems]


def states(here: Repository) -> list[tuple[str | None, bool, str]]:
    return [(one.profile, one.runs is not None, one.state) for one in here.anchor().outcomes]


def write_anew(machine: Machine, *names: str) -> None:
    """Writes other runs into the ledger of runs, as somebody does who has all files of the user."""
    for path in (machine.config / "runs").glob("*.db*"):
        path.unlink()
    for path in (machine.config / "evidence").glob("*.runs.note"):
        path.unlink()
    shutil.rmtree(machine.base / "state")
    for name in names:
        record_run(machine.repository(), name)


def test_runs_are_handed_over_with_all_ledgers_and_only_if_they_went_on(here: Repository) -> None:
    of_ledgers = [(None, False), ("default", False)]
    assert states(here) == [(*one, "handed_over") for one in (*of_ledgers, ("default", True))]
    record_run(here, "third")
    assert states(here) == [
        *((*one, "unchanged") for one in of_ledgers),
        ("default", True, "handed_over"),
    ]
    assert compared(here) == Verdict("4 checkpoints", ())
    assert [one.document()["runs"] is not None for one in here.anchor().outcomes] == [False, False, True]


def test_runs_that_were_written_anew_are_found(here: Repository, machine: Machine) -> None:
    here.anchor()
    write_anew(machine, "another", "and another")
    (sentence,) = sentences(here)
    assert "The first 4 events of the runs of " in sentence
    assert sentence.endswith(" are not those of this checkpoint.")


def test_runs_that_were_cut_are_found(here: Repository, machine: Machine) -> None:
    here.anchor()
    write_anew(machine, "another")
    assert " had 4 events, and have only 2 now." in sentences(here)[0]


def test_runs_that_are_gone_are_found(here: Repository, machine: Machine) -> None:
    here.anchor()
    write_anew(machine)
    assert ", which had 4 events, are gone." in sentences(here)[0]


def test_runs_that_cannot_be_read_are_not_right(here: Repository, machine: Machine) -> None:
    here.anchor()
    (file,) = runs_files(machine)
    run_sql(file, "DROP TABLE stored_events")
    assert ", which had 4 events, are not here as a whole." in sentences(here)[0]


def test_a_checkpoint_of_runs_that_was_lost_is_missed(here: Repository, kept: Path) -> None:
    here.anchor()
    kept.write_text("".join(kept.read_text().splitlines(keepends=True)[:-1]))
    assert [problem.message for problem in compared(here).problems] == [
        "The checkpoint of 4 events that was handed over is not there."
    ]


def test_accepted_runs_excuse_no_more_than_what_their_backup_lacked(
    here: Repository, machine: Machine, tmp_path: Path
) -> None:
    here.anchor()
    backup = tmp_path / "backup.db"
    here.backup(backup)
    record_run(here, "later")
    here.anchor()
    restore(machine, backup)
    assert " had 6 events, and have only 4 now." in sentences(here)[0]
    here.accept_ledger()
    assert here.anchor().ok
    assert compared(here).ok
    assert "1 of before a restored backup was accepted" in str(compared(here).text)
    write_anew(machine, "a", "b", "c")
    found = sentences(here)
    assert len(found) == 2
    assert "The first 4 events" in found[0]  # of before it was accepted, and within what the backup had


def test_closed_runs_may_go_and_not_be_others(machine: Machine, kept: Path) -> None:
    here = machine.repository()
    here.combine_stack("prod", PARTS, activate=True)
    here.add_anchor("file", str(kept))
    with in_2025():
        record_run(here, "first")
        here.anchor()
        record_run(here, "second")
        here.anchor()
    here.close_runs(here.closable_runs(2025), delete=True)
    verdict = compared(here)
    assert verdict.ok
    assert verdict.text == "3 checkpoints, and 1 of closed runs that are not here"
    lines = kept.read_text().splitlines()
    size = "\n4\n"
    (number,) = [number for number, line in enumerate(lines) if size in json.loads(line)["note"]][-1:]
    assert json.loads(lines[number])["ledger"] not in {machine.machine_id(), machine.profile_ledger()}
    lines[number] = lines[number].replace(r"\n4\n", r"\n5\n")
    kept.write_text("\n".join(lines) + "\n")
    assert "The runs of 2025 were closed with 4 events, and not as this says." in sentences(here)


def test_a_witness_sees_that_runs_go_on(here: Repository, machine: Machine, real: Witness, tmp_path: Path) -> None:
    for checkpoint in here.checkpoint_all().signed:
        real.knows(checkpoint.origin, checkpoint.key_line)
    real.start()
    here.add_anchor("witness", real.url, vkey=real.key_line)
    assert here.anchor().ok
    (runs_id,) = signed_notes.ledgers_with_notes(str(machine.config))
    key = parsed_key(real.key_line)

    def is_cosigned(data: bytes) -> bool:
        note = parsed_note(data)
        return any(signature_holds(note, signature, key) for signature in note.signatures)

    assert is_cosigned(signed_notes.newest(str(machine.config), runs_id) or b"")
    for number in range(3):
        record_run(here, f"more {number}")
    here.checkpoint_all()
    assert is_cosigned((machine.config / "evidence" / f"{runs_id}.4.note").read_bytes())
    assert here.anchor().ok
    assert is_cosigned(signed_notes.newest(str(machine.config), runs_id) or b"")
    assert all(one.verdict.ok for one in here.verify(anchors=True).against)
    bundle = tmp_path / "evidence.zip"
    here.make_bundle(bundle, everything=True)
    assert is_cosigned(members(bundle)[f"ledgers/{runs_id}/notes/4.note"])
    assert manifest(bundle)["ledgers"][-1]["ledger"] == runs_id
    write_anew(machine, "a", "b", "c", "d", "e", "f")
    refused = [one.error for one in here.anchor().outcomes if one.error is not None]
    assert [error.code for error in refused] == ["witness_saw_another"]
