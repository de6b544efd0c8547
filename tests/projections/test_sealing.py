"""Whether anybody edited the views: what tells it without a look at them, and what counts if that does not."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.ledger.machines import Machine
from tests.repository.repositories import PARTS
from zenml.domain.errors import StackNotFoundError
from zenml.files import afterwards
from zenml.projections.sealing import fingerprint
from zenml.projections.sealing.file_times import is_noted
from zenml.repository import Repository

EDIT = "UPDATE stacks SET name = 'evil' WHERE name = 'prod' AND until IS NULL"
NOTICE = "had been edited outside of zenml"


@pytest.fixture
def looked_through(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What came of each look at all present rows, from now on."""
    found: list[bool] = []
    computed = fingerprint._computed

    def noted(database: sqlite3.Connection) -> int:
        number = computed(database)
        found.append(database.execute("SELECT digest FROM views").fetchone() == (number,))
        return number

    monkeypatch.setattr(fingerprint, "_computed", noted)
    return found


@pytest.fixture
def left(used: Machine) -> Machine:
    """A machine with the stack prod, whose file nobody has open."""
    used.repository().combine_stack("prod", PARTS)
    afterwards.finish()
    return used


def change(machine: Machine, name: str) -> list[str]:
    """Makes a change and lets go of the file; returns what was said of edits."""
    said: list[str] = []
    Repository(notify=said.append).combine_stack(name, PARTS)
    afterwards.finish()
    return [sentence for sentence in said if NOTICE in sentence]


def sealed(machine: Machine) -> bool:
    with closing(sqlite3.connect(machine.file)) as database:
        return fingerprint.genuine(database)


@contextmanager
def edited_in_a_log(file: Path) -> Iterator[None]:
    """An edit that is beside the file as long as somebody has it open."""
    with closing(sqlite3.connect(file)) as database:
        database.execute(EDIT)
        database.commit()
        yield


def test_whoever_finds_the_file_as_it_was_left_reads_no_row_of_it(
    left: Machine, looked_through: list[bool]
) -> None:
    for number in range(3):
        assert change(left, f"s{number}") == []
    Repository(dry_run=True).combine_stack("tried", PARTS)
    assert looked_through == []
    assert sealed(left)


def test_an_edit_is_noticed(left: Machine, looked_through: list[bool]) -> None:
    left.tamper(EDIT)
    assert len(change(left, "more")) == 1
    assert looked_through == [False]
    assert change(left, "again") == []
    assert len(looked_through) == 1


@pytest.mark.parametrize("linked", [False, True])
def test_an_edit_that_is_in_a_log_is_noticed(left: Machine, linked: bool) -> None:
    if linked:
        elsewhere = left.base / "elsewhere.db"
        shutil.move(left.file, elsewhere)
        left.file.symlink_to(elsewhere)
    with edited_in_a_log(left.file):
        assert len(change(left, "more")) == 1
    assert sealed(left)


@pytest.mark.parametrize("how", ["touched", "copied", "replaced"])
def test_a_file_of_another_time_is_looked_through(left: Machine, looked_through: list[bool], how: str) -> None:
    if how == "touched":
        os.utime(left.file)
    else:
        shutil.copy(left.file, left.base / "copy.db")
        os.replace(left.base / "copy.db", left.file)
    assert change(left, "more") == []
    assert change(left, "again") == []
    assert looked_through == [True]


def test_who_only_keeps_tiles_says_nothing_of_the_views(left: Machine) -> None:
    left.tamper(EDIT)
    left.repository().verify()
    afterwards.finish()
    assert len(change(left, "more")) == 1


def test_an_edit_between_a_change_and_its_end_is_noticed(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(afterwards, "PAUSE", 60)
    used.repository().combine_stack("prod", PARTS)
    used.tamper(EDIT)
    afterwards.finish()
    assert len(change(used, "more")) == 1


def test_a_writer_that_was_killed_leaves_a_file_that_is_looked_through(
    left: Machine, looked_through: list[bool]
) -> None:
    killed = (
        "import os; from zenml.files import afterwards; from zenml.repository import Repository;"
        f" afterwards.PAUSE = 60; Repository().combine_stack('last', {PARTS!r}); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", killed], check=True, capture_output=True)
    assert change(left, "more") == []
    assert looked_through == [True]


def test_who_reads_meanwhile_is_not_waited_for(left: Machine, looked_through: list[bool]) -> None:
    with closing(sqlite3.connect(left.file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM stacks").fetchone()
        assert change(left, "more") == []
    assert change(left, "again") == []
    assert looked_through == [True]


def test_what_is_taken_back_leaves_no_trace_in_the_fingerprint(left: Machine) -> None:
    here = left.repository()
    with here.change():
        here.combine_stack("one", PARTS)
        with pytest.raises(StackNotFoundError):
            here.deregister_stack("none")
        here.deregister_stack("prod")
    here.undo()
    assert sealed(left)


def test_row_by_row_and_in_bulk_give_the_same_fingerprint(lived: Machine) -> None:
    digest = lived.query("SELECT digest FROM views")
    assert sealed(lived)
    lived.repository().rebuild()
    assert lived.query("SELECT digest FROM views") == digest


def test_a_file_system_without_fractions_of_seconds_says_nothing(left: Machine) -> None:
    with closing(sqlite3.connect(left.file)) as database:
        assert is_noted(database, str(left.file))
        os.utime(left.file, (1, 1))
        assert not is_noted(database, str(left.file))


def test_what_changes_nothing_leaves_the_time_of_the_file(left: Machine) -> None:
    before = os.stat(left.file).st_mtime_ns
    assert left.repository().activate_stack("default") is None
    afterwards.finish()
    assert os.stat(left.file).st_mtime_ns == before


def test_changes_that_leave_no_row_have_times_of_their_own(left: Machine) -> None:
    before = os.stat(left.file).st_mtime_ns % 10**9
    left.repository().put_label("then")
    left.repository().undo()
    afterwards.finish()
    assert os.stat(left.file).st_mtime_ns % 10**9 != before
    assert change(left, "more") == []
