"""A ledger's file that is gone: nothing is begun, and nothing that is left of it is written over."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ledger.machines import Machine
from tests.repository.repositories import PARTS
from tests.support.hints import hint_of
from zenml.domain.errors import DamagedLedgerError
from zenml.repository import Repository

COPY = Path("profiles") / "default" / "profile.yaml"


def remove(machine: Machine) -> None:
    for ending in ("", "-wal", "-shm"):
        machine.config.joinpath(f"ledger.db{ending}").unlink(missing_ok=True)


def link_to_nothing(machine: Machine) -> None:
    remove(machine)
    machine.file.symlink_to(machine.base / "unmounted" / "ledger.db")


def empty(machine: Machine) -> None:
    remove(machine)
    machine.file.touch()


def empty_with_a_log(machine: Machine) -> None:
    empty(machine)
    machine.config.joinpath("ledger.db-wal").write_bytes(b"changes")


def replace_by_an_empty_database(machine: Machine) -> None:
    remove(machine)
    with sqlite3.connect(machine.file) as database:
        database.execute("PRAGMA journal_mode = WAL")
    database.close()
    assert machine.file.stat().st_size > 1


def leave_the_log_alone(machine: Machine) -> None:
    remove(machine)
    machine.config.joinpath("ledger.db-wal").write_bytes(b"changes")
    machine.config.joinpath(COPY).unlink()


LOSSES: list[Callable[[Machine], None]] = [
    *(remove, link_to_nothing, empty, empty_with_a_log, replace_by_an_empty_database, leave_the_log_alone),
]


def contents(folder: Path) -> dict[str, bytes | None]:
    """Returns every file below a folder, None for a link; without attempts, and what SQLite makes to look."""
    return {
        str(path.relative_to(folder)): None if path.is_symlink() else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_symlink() or (path.is_file() and path.stat().st_size > 0) or path == folder / "ledger.db"
        if path.name not in ("attempts.jsonl", "ledger.db-shm")
    }


ASKED: dict[str, Callable[[Repository], object]] = {
    "stacks": lambda here: here.list_stacks(),
    "where one is": lambda here: here.active_context(),
    "status": lambda here: here.ledger_status(),
    "verify": lambda here: here.verify(),
    "history": lambda here: here.history(),
    "rebuild": lambda here: here.rebuild(),
    "a change": lambda here: here.combine_stack("new", PARTS),
    "undo": lambda here: here.undo(),
    "export": lambda here: here.export_record("record.csv", "csv", everything=True),
    "backup": lambda here: here.backup("backup.db"),
}


@pytest.mark.parametrize("lose", LOSSES, ids=lambda lose: lose.__name__)
def test_nothing_begins_where_a_ledger_is_gone(used: Machine, lose: Callable[[Machine], None]) -> None:
    used.key.write_text("ab" * 32)
    lose(used)
    before = contents(used.config)
    for ask in ASKED.values():
        for dry_run in (False, True):
            with pytest.raises(DamagedLedgerError) as refusal:
                ask(Repository(notify=lambda sentence: None, dry_run=dry_run))
            left = "ledger.db-wal" if lose is leave_the_log_alone else str(used.config / COPY)
            assert str(used.file) in refusal.value.message
            assert left in refusal.value.message
            assert '"zenml ledger accept"' in hint_of(refusal.value)
            assert contents(used.config) == before

    kept = dict(used.repository().accept_ledger().set_aside)
    assert {name for name in before if str(used.config / name) not in kept} == {"ledger.key"}
    for name, renamed in kept.items():
        assert renamed == f"{name}.old"
        earlier = before.get(str(Path(name).relative_to(used.config)), b"")
        assert earlier is None or Path(name).suffix == ".db-shm" or Path(renamed).read_bytes() == earlier
    assert used.repository().active_stack_name == "default"
    assert used.repository().verify().ok


def test_what_was_kept_before_is_never_written_over(used: Machine) -> None:
    for number in ("", ".1", ".2"):
        used.repository().combine_stack(f"new{number}", PARTS)
        text = (used.config / COPY).read_text()
        remove(used)
        used.repository().accept_ledger()
        assert Path(f"{used.config / COPY}.old{number}").read_text() == text
        assert not (used.config / COPY).exists()
        used.repository().list_stacks()


def test_a_key_alone_and_a_file_of_others_are_no_ledger(machine: Machine) -> None:
    (machine.config / COPY).parent.mkdir(parents=True)
    (machine.config / COPY).write_text("profile: default\n")
    machine.key.write_text("ab" * 32)
    assert machine.repository().active_stack_name == "default"


def test_a_profile_of_another_ledger_is_kept(used: Machine) -> None:
    text = (used.config / COPY).read_text()
    remove(used)
    (used.config / COPY).rename(used.base / "kept")
    used.repository().list_stacks()
    (used.base / "kept").rename(used.config / COPY)  # somebody brings it back by hand, or a folder was copied
    told: list[str] = []
    Repository(notify=told.append).combine_stack("new", PARTS)
    assert Path(f"{used.config / COPY}.old").read_text() == text
    assert f"{used.config / COPY} was made from another ledger; it is kept as {used.config / COPY}.old." in told
    assert not any("edited" in sentence for sentence in told)
