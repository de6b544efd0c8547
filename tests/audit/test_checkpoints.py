"""A checkpoint is signed only of a ledger that is sound and continues from the one before."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from unittest import mock

import pytest

from tests.evidence.installing import programs
from tests.ledger.machines import Machine
from tests.ledger.tampering import Tampering, change_in_the_middle, lived, tampering
from zenml.custody import checkpoints, evidence_files
from zenml.custody.checkpoints import SignedCheckpoint, newest, read_checkpoint
from zenml.custody.ledger_tree import open_tree
from zenml.domain.errors import BusyError, DamagedLedgerError, LedgerError, NotAllowedError, NotFoundError
from zenml.evidence.verify import parsed_key, signature_holds
from zenml.files import drafts
from zenml.projections.database import open_still
from zenml.repository import Repository

__all__ = ["lived", "tampering"]

MANY = 300  # events: more than a full tile
ROUNDS = 6


@pytest.fixture
def signed(machine: Machine, tampering: Tampering) -> SignedCheckpoint:
    """The checkpoint of a ledger with much in it."""
    return machine.repository().checkpoint()


def stack(machine: Machine, name: str) -> None:
    machine.repository().combine_stack(name, {"orchestrator": "default", "artifact_store": "default"})


def note_of(machine: Machine, ledger_id: str) -> bytes:
    note = newest(str(machine.config), ledger_id)
    assert note is not None
    return note


def refusal(machine: Machine) -> DamagedLedgerError:
    """Asks for a checkpoint, which must be refused, and nothing may be signed."""
    before = note_of(machine, machine.profile_ledger())
    with pytest.raises(DamagedLedgerError) as refused:
        machine.repository().checkpoint()
    assert note_of(machine, machine.profile_ledger()) == before
    return refused.value


def test_a_checkpoint_says_where_the_ledger_ends_and_its_signature_holds(
    machine: Machine, signed: SignedCheckpoint
) -> None:
    ledger_id = machine.profile_ledger()
    head = next(head for head in machine.repository().ledger_status().heads if head.ledger_id == ledger_id)
    note, checkpoint = read_checkpoint(signed.note.encode())
    assert (checkpoint.size, checkpoint.root.hex()) == (head.size, head.root) == (signed.size, signed.root)
    assert checkpoint.origin == signed.origin == f"zenml-ledger/{ledger_id}"
    assert [signature_holds(note, line, parsed_key(signed.key_line)) for line in note.signatures] == [True]
    assert signed.is_new_key
    assert not signed.unchanged
    assert note_of(machine, ledger_id).decode() == signed.note


def test_the_next_one_is_the_same_until_something_is_recorded(machine: Machine, signed: SignedCheckpoint) -> None:
    again = machine.repository().checkpoint()
    assert again == signed._replace(is_new_key=False, unchanged=True)
    stack(machine, "another")
    later = machine.repository().checkpoint()
    assert later.size > signed.size
    assert not later.unchanged
    assert later.key_line == signed.key_line


def test_every_ledger_of_the_file_is_signed(machine: Machine, tampering: Tampering) -> None:
    done = machine.repository().checkpoint_all()
    heads = {head.ledger_id: (head.size, head.root) for head in machine.repository().ledger_status().heads}
    assert not done.refused
    assert {one.ledger_id: (one.size, one.root) for one in done.signed} == heads
    assert len({one.key_line for one in done.signed}) == len(heads)
    assert machine.repository().verify().verdicts["signatures"].text == f"{len(heads)} checkpoints signed here"


def test_one_damaged_ledger_keeps_none_of_the_others_from_a_checkpoint(
    machine: Machine, tampering: Tampering
) -> None:
    ledger_id = tampering.ledger("profile")
    tampering.text(tampering.events(ledger_id)[7], b'{"forged":true}')
    done = machine.repository().checkpoint_all()
    assert len(done.refused) == 1
    assert ledger_id in done.refused[0].message
    assert ledger_id not in {one.ledger_id for one in done.signed}
    assert len(done.signed) + 1 == len(machine.repository().ledger_status().heads)


def test_nothing_begins_a_ledger_to_sign_it(machine: Machine) -> None:
    for ask in (machine.repository().checkpoint, machine.repository().checkpoint_all):
        with pytest.raises(NotFoundError):
            ask()
    assert not machine.config.exists()


def test_an_event_that_was_altered_in_place_is_not_signed(
    machine: Machine, tampering: Tampering, signed: SignedCheckpoint
) -> None:
    event = change_in_the_middle(tampering, signed.ledger_id)[1]
    tampering.text(event, b'{"forged":true}')
    assert refusal(machine).code == "altered_ledger"


def test_a_ledger_that_was_rewritten_so_that_all_hashes_fit_is_not_signed(
    machine: Machine, tampering: Tampering, signed: SignedCheckpoint
) -> None:
    events = tampering.events(signed.ledger_id)
    began = next(place for place, event in enumerate(events) if event.topic == "zenml:ChangeBegan" and place > 5)
    forged = {**events[began].fields, "time": "2026-01-01T00:00:00.000000Z"}
    tampering.forge(
        signed.ledger_id, [*events[:began], events[began]._replace(fields=forged), *events[began + 1 :]]
    )
    assert machine.repository().verify().verdicts["content"].ok
    assert refusal(machine).code == "checkpoint_not_extended"
    assert machine.repository().verify().verdicts["signatures"].problems[0].ledger_id == signed.ledger_id


def test_a_ledger_whose_tail_was_cut_is_not_signed(
    machine: Machine, tampering: Tampering, signed: SignedCheckpoint
) -> None:
    *kept, last = tampering.changes(signed.ledger_id)
    tampering.forge(signed.ledger_id, [event for change in kept for event in change])
    error = refusal(machine)
    assert error.code == "checkpoint_not_extended"
    assert f"checkpoint of {signed.size:,} events" in error.message
    assert machine.repository().verify().verdicts["signatures"].ok is False
    assert last


def test_a_restored_backup_is_not_signed_and_neither_is_what_is_recorded_on_top(
    machine: Machine, tampering: Tampering, signed: SignedCheckpoint, tmp_path: Path
) -> None:
    shutil.copy(machine.file, tmp_path / "backup.db")
    stack(machine, "after")
    later = machine.repository().checkpoint()
    shutil.copy(tmp_path / "backup.db", machine.file)
    for name in ("ledger.db-wal", "ledger.db-shm"):
        (machine.config / name).unlink(missing_ok=True)
    assert refusal(machine).code == "checkpoint_not_extended"
    for noted in (tmp_path / "state").rglob("*"):  # as if another machine had the file now
        if noted.is_file():
            noted.unlink()
    for number in range(3):
        stack(machine, f"instead-{number}")
    assert machine.repository().ledger_status().heads[1].size != later.size
    assert refusal(machine).code == "checkpoint_not_extended"


@pytest.mark.parametrize("flip", ["root", "signature", "end"])
def test_a_note_that_was_altered_is_not_taken_for_the_last_one(
    machine: Machine, signed: SignedCheckpoint, flip: str
) -> None:
    file = machine.config / "evidence" / f"{signed.ledger_id}.note"
    lines = signed.note.split("\n")
    place = {"root": 2, "signature": 4}.get(flip)
    if place is None:
        file.write_text(signed.note[:-1])
    else:
        middle = len(lines[place]) // 2
        other = "A" if lines[place][middle] != "A" else "B"
        lines[place] = lines[place][:middle] + other + lines[place][middle + 1 :]
        file.write_text("\n".join(lines))
    error = refusal(machine)
    assert error.code == "checkpoint_damaged"
    assert error.values["file"] == str(file)
    assert machine.repository().verify().verdicts["signatures"].ok is False


def test_where_nothing_can_be_kept_nothing_is_signed(machine: Machine, tampering: Tampering) -> None:
    (machine.config / "evidence").write_text("in the way")
    with pytest.raises(NotAllowedError, match="evidence"):
        machine.repository().checkpoint()


def test_of_those_who_sign_at_the_same_time_none_says_two_roots_of_one_size(
    machine: Machine, signed: SignedCheckpoint
) -> None:
    def sign(_: int) -> SignedCheckpoint:
        return machine.repository().checkpoint()

    with ThreadPoolExecutor(4) as pool:
        made = pool.map(sign, range(4 * ROUNDS))
        for number in range(ROUNDS):
            stack(machine, f"s{number}")
        seen = {(one.size, one.root) for one in made}
    last = machine.repository().checkpoint()
    assert len({size for size, _ in seen}) == len(seen)
    assert last.size == max(size for size, _ in seen | {(last.size, last.root)})
    with open_still(str(machine.file)) as database:
        tree = open_tree(database, signed.ledger_id)
    assert all(tree.frontier(size).root().hex() == root for size, root in seen)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork there")
def test_whoever_is_killed_before_the_note_is_kept_stops_nobody(
    machine: Machine, signed: SignedCheckpoint
) -> None:
    stack(machine, "more")
    child = os.fork()
    if child == 0:
        killed = lambda *note: os.kill(os.getpid(), signal.SIGKILL)  # noqa: E731
        with mock.patch.object(checkpoints, "keep", side_effect=killed):
            machine.repository().checkpoint()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert note_of(machine, signed.ledger_id).decode() == signed.note
    assert machine.repository().checkpoint().size > signed.size


@pytest.fixture
def large(machine: Machine) -> str:
    """The ledger of a profile with more events than a tile has room for."""
    here = machine.repository()
    with here.change():
        for number in range(MANY):
            here.register_component("artifact_store", f"store-{number}", "local", {})
    return machine.profile_ledger()


def tiles(machine: Machine) -> list[tuple[int, int]]:
    return machine.query("SELECT n, length(leaves) FROM tiles")


def keep_tiles(machine: Machine, ledger_id: str) -> None:
    with open_still(str(machine.file)) as database:
        open_tree(database, ledger_id).keep(str(machine.file))


def test_full_tiles_are_kept_and_give_the_same_tree(machine: Machine, large: str) -> None:
    with open_still(str(machine.file)) as database:
        hashed = open_tree(database, large)
    assert hashed.kept == 0
    keep_tiles(machine, large)
    assert tiles(machine) == [(0, 256 * 32)]
    with open_still(str(machine.file)) as database:
        again = open_tree(database, large)
    assert (again.kept, again.root, again.size) == (1, hashed.root, hashed.size)
    assert again.nodes(8, 0) == hashed.nodes(8, 0)
    assert machine.repository().verify().ok


def test_tiles_that_lead_to_another_root_are_thrown_away(machine: Machine, large: str) -> None:
    keep_tiles(machine, large)
    right = machine.query("SELECT * FROM tiles")
    machine.tamper("UPDATE tiles SET leaves = zeroblob(8192)")
    with open_still(str(machine.file)) as database:
        tree = open_tree(database, large)
    assert tree.is_wrong_there
    tree.keep(str(machine.file))
    assert machine.query("SELECT * FROM tiles") == right


@pytest.mark.parametrize("leaves", ["zeroblob(3)", "x''", "zeroblob(8193)"])
def test_tiles_that_are_not_of_their_length_are_thrown_away(machine: Machine, large: str, leaves: str) -> None:
    keep_tiles(machine, large)
    machine.tamper(f"UPDATE tiles SET leaves = {leaves}")
    keep_tiles(machine, large)
    with open_still(str(machine.file)) as database:
        assert open_tree(database, large).size > MANY


def test_a_table_of_somebody_else_with_that_name_is_left_alone(machine: Machine, large: str) -> None:
    with closing(sqlite3.connect(machine.file)) as database, database:
        database.execute("CREATE TABLE tiles (colour TEXT)")
        database.execute("INSERT INTO tiles VALUES ('blue')")
    keep_tiles(machine, large)
    stack(machine, "still-recorded")
    assert machine.query("SELECT * FROM tiles") == [("blue",)]
    schema = machine.repository().verify().verdicts["schema"]
    assert schema.ok
    assert "table 'tiles'" in schema.text


def test_what_records_a_change_asks_for_no_tile(machine: Machine, large: str) -> None:
    keep_tiles(machine, large)
    statements: list[str] = []
    with machine.session() as (session, _):
        session.transaction.database.set_trace_callback(statements.append)
        session.transaction.database.execute("SELECT 'traced'")
    real = sqlite3.connect

    def traced(*arguments: object, **named: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = real(*arguments, **named)  # type: ignore[call-overload]
        connection.set_trace_callback(statements.append)
        return connection

    with mock.patch.object(sqlite3, "connect", traced):
        stack(machine, "recorded")
    assert any("INSERT INTO stored_events" in statement for statement in statements)
    assert not [statement for statement in statements if "tiles" in statement]


@pytest.fixture(scope="module")
def tlog() -> Path:
    """The programs, found while the variable that names them is still set: a machine of a test has none."""
    return programs()


def test_another_implementation_reads_a_checkpoint(
    tlog: Path, machine: Machine, signed: SignedCheckpoint, tmp_path: Path
) -> None:
    (tmp_path / "a.note").write_text(signed.note)
    (tmp_path / "team.key").write_text(f"{signed.key_line}\n")
    command: list[str | Path] = [
        tlog / "aics-tlog",
        "verify-checkpoint",
        "--note",
        "a.note",
        "--vkey-file",
        "team.key",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    said = json.loads(done.stdout)
    assert (said["ok"], said["log_ok"], said["size"]) == (True, True, signed.size)


@pytest.mark.parametrize("what", ["a pipe for the note", "a pipe for the origins", "a file for the folder"])
def test_what_cannot_be_read_is_not_compared(machine: Machine, signed: SignedCheckpoint, what: str) -> None:
    folder = machine.config / "evidence"
    if what == "a file for the folder":
        shutil.rmtree(folder)
        folder.write_text("")
    else:
        file = folder / (f"{signed.ledger_id}.note" if what == "a pipe for the note" else "origins.json")
        file.unlink(missing_ok=True)
        os.mkfifo(file)
    verification = machine.repository().verify()
    signatures = verification.verdicts["signatures"]
    assert (verification.ok, signatures.ok) == (True, None)
    assert "cannot be read" in signatures.text
    with pytest.raises(LedgerError, match=r"cannot be (read|used)") as caught:
        machine.repository().checkpoint()
    assert "accept" not in caught.value.hint


def test_who_waits_for_another_one_who_signs_says_so_and_gives_up(
    machine: Machine, signed: SignedCheckpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "LOCK_TIMEOUT", 1.2)
    said = list[str]()
    with checkpoints.locked(str(machine.config)), pytest.raises(BusyError, match=r"for 1\.2 seconds"):
        Repository(notify=said.append).checkpoint()
    assert [sentence for sentence in said if "Waiting for another process" in sentence] == said[-1:]
    assert machine.repository().checkpoint().unchanged


def test_a_folder_of_evidence_that_is_a_link_is_named(machine: Machine, signed: SignedCheckpoint) -> None:
    folder = machine.config / "evidence"
    folder.rename(machine.base / "moved")
    folder.symlink_to(machine.base / "moved")
    with pytest.raises(NotAllowedError, match="is a link"):
        machine.repository().checkpoint()


def test_a_full_disk_is_named(machine: Machine, signed: SignedCheckpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(drafts, "put", full)
    with pytest.raises(NotAllowedError) as caught:
        evidence_files.write(str(machine.config), "x.note", b"")
    assert caught.value.hint == "Make room on the disk, and try again."
