"""A backup is one moment of the ledger, whole and sound, or it is not there at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.evidence import second
from tests.ledger.machines import Machine
from tests.ledger.tampering import Tampering, verified
from zenml.domain.errors import AlreadyExistsError, DamagedLedgerError, LedgerError, NotAllowedError, NotFoundError
from zenml.stores.backup import Backup

WRITER = """
from zenml.repository import Repository
from zenml.unit_of_work.work import UnitOfWork
here = Repository(notify=lambda sentence: None)
print("ready", flush=True)
for number in range(10_000):
    here.create_profile(f"p{number}")
    here.register_component("orchestrator", f"o{number}", "local", {})
"""


def rows(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """Returns every row of every table."""
    tampering = Tampering(file)
    names = tampering.ask("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return {name: sorted(tampering.ask(f"SELECT * FROM {name}"), key=repr) for (name,) in names}


def test_a_backup_holds_everything_and_is_its_owners_alone(machine: Machine, tampering: Tampering) -> None:
    target = machine.base / "größe #1?.db"
    done = machine.repository().backup(target)
    assert rows(target) == rows(machine.file)
    assert done == Backup(str(target), len(machine.events()), target.stat().st_size)
    assert target.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in machine.base.iterdir()) == ["config", target.name]


def test_a_backup_takes_the_place_of_the_ledger(machine: Machine, tampering: Tampering) -> None:
    target = machine.base / "backup.db"
    machine.repository().backup(target)
    before = machine.tables()
    shutil.copy(target, machine.file)
    assert machine.tables() == before
    assert verified(machine).ok
    machine.repository().register_component("orchestrator", "after", "local", {})
    assert verified(machine).ok


def test_a_backup_can_be_read_where_nothing_can_be_written(machine: Machine, tampering: Tampering) -> None:
    target = machine.base / "backup.db"
    machine.repository().backup(target)
    journal = target.read_bytes()[18:20]
    assert journal == b"\1\1"  # of the file format: no write-ahead log, which readers would have to make


def test_a_relative_path_is_meant_from_here(used: Machine) -> None:
    assert used.repository().backup("backup.db").path == str(used.base / "backup.db")


def test_a_backup_while_others_write_is_of_one_moment(used: Machine) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER], stdout=subprocess.PIPE, text=True)
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        copies, counts = list[Path](), list[int]()
        while len(copies) < 12 or counts[0] == counts[-1]:  # until the other one wrote between two of them
            copies.append(used.base / f"{len(copies)}.db")
            counts.append(used.repository().backup(copies[-1]).events)
            assert writer.poll() is None
    finally:
        writer.kill()
        writer.communicate()
    assert counts == sorted(counts)
    for copy, count in zip(copies, counts, strict=True):
        found = second.check_ledger(str(copy)).values()
        assert sum(ledger["size"] for ledger in found) == count
        assert not any(ledger["problems"] for ledger in found)
    shutil.copy(copies[-1], used.file)
    for beside in ("-wal", "-shm"):
        Path(f"{used.file}{beside}").unlink(missing_ok=True)
    assert not any(verdict.problems for name, verdict in verified(used).verdicts.items() if name != "completeness")


def test_progress_is_told_in_pages(
    machine: Machine, tampering: Tampering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zenml.stores.backup._PAGES", 20)
    told: list[tuple[int, int]] = []
    machine.repository().backup(machine.base / "x", progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[0][0] == 20
    assert told[-1][0] == told[-1][1]


# --- what a backup may not do -------------------------------------------------------------------


def test_a_file_that_is_there_is_replaced_only_if_asked_to(used: Machine) -> None:
    target = used.base / "backup.db"
    target.write_text("dear")
    with pytest.raises(AlreadyExistsError, match="already exists") as caught:
        used.repository().backup(target)
    assert "--overwrite" in caught.value.hint
    assert target.read_text() == "dear"
    used.repository().backup(target, overwrite=True)
    assert rows(target) == rows(used.file)


def test_a_file_that_somebody_makes_meanwhile_stays(used: Machine) -> None:
    target = used.base / "backup.db"

    def make(done: int, total: int) -> None:
        target.write_text("dear")

    with pytest.raises(AlreadyExistsError):
        used.repository().backup(target, progress=make)
    assert target.read_text() == "dear"
    assert [path.name for path in used.base.iterdir() if path.is_file()] == ["backup.db"]


@pytest.mark.parametrize(
    "name", ["ledger.db", "ledger.db-wal", "ledger.db-shm", "ledger.key", "../config/ledger.db"]
)
def test_the_ledgers_own_files_are_never_the_target(used: Machine, name: str) -> None:
    before = used.tables()
    with pytest.raises(NotAllowedError, match="a file of the ledger itself"):
        used.repository().backup(used.config / name, overwrite=True)
    assert used.tables() == before


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_a_link_to_the_ledger_is_never_the_target(used: Machine, link: Callable[[Path, Path], None]) -> None:
    target = used.base / "link.db"
    link(used.file, target)
    with pytest.raises(NotAllowedError, match="a file of the ledger itself"):
        used.repository().backup(target, overwrite=True)


@pytest.mark.parametrize("target", [".", os.devnull])
def test_what_is_not_a_file_is_never_the_target(used: Machine, target: str) -> None:
    with pytest.raises(NotAllowedError, match="is not a file"):
        used.repository().backup(target, overwrite=True)


def test_a_folder_that_is_not_there_is_an_error_in_words(used: Machine) -> None:
    with pytest.raises(NotAllowedError, match="cannot be written: No such file or directory"):
        used.repository().backup(used.base / "nowhere" / "backup.db")
    (used.base / "file").write_text("")
    with pytest.raises(NotAllowedError, match="cannot be written: Not a directory"):
        used.repository().backup(used.base / "file" / "backup.db")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no limits of this kind")
def test_a_full_disk_leaves_nothing_half_done(machine: Machine, tampering: Tampering) -> None:
    script = f"""
import resource, signal
from zenml.domain.errors import NotAllowedError
from zenml.repository import Repository
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    Repository().backup({str(machine.base / "backup.db")!r})
except NotAllowedError as error:
    print(error.message)
"""
    assert machine.file.stat().st_size > 100_000
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == f"There is no room for the backup in {machine.base}.\n", done.stderr
    assert [path.name for path in machine.base.iterdir()] == ["config"]


# --- what cannot be backed up -------------------------------------------------------------------


def test_there_must_be_a_ledger(machine: Machine) -> None:
    with pytest.raises(NotFoundError, match="no ledger"):
        machine.repository().backup("backup.db")
    assert not list(machine.base.iterdir())


@pytest.mark.parametrize("share", [0.05, 0.4, 0.9])
def test_a_damaged_file_is_not_copied(machine: Machine, tampering: Tampering, share: float) -> None:
    os.truncate(machine.file, int(machine.file.stat().st_size * share))
    with pytest.raises(DamagedLedgerError):
        machine.repository().backup("backup.db")
    assert [path.name for path in machine.base.iterdir()] == ["config"]


def test_a_damaged_page_is_found_in_the_copy(machine: Machine, tampering: Tampering) -> None:
    root = tampering.ask("SELECT rootpage FROM sqlite_master WHERE name = 'stored_events'")[0][0]
    with machine.file.open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(os.urandom(4096))
    with pytest.raises(LedgerError, match="damaged"):
        machine.repository().backup("backup.db")
    assert [path.name for path in machine.base.iterdir()] == ["config"]
