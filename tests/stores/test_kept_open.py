"""A ledger's file stays open between changes: whoever else does something to it meanwhile is never overlooked.

What a change costs is counted here: connections, files, syncs and statements, and no seconds.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from math import inf
from pathlib import Path
from typing import Any

import pytest

from tests.ledger.machines import Machine
from tests.repository.repositories import PARTS
from tests.support.program import ZENML, Home
from zenml.custody import remembered_heads
from zenml.domain.errors import DamagedLedgerError
from zenml.files import afterwards
from zenml.stores import kept_open
from zenml.stores.backup import back_up
from zenml.unit_of_work import follow_up

pytestmark = pytest.mark.usefixtures("left_for_later")


def names(machine: Machine) -> list[str]:
    return [stack.name for stack in machine.repository().list_stacks()]


def log(machine: Machine) -> Path:
    return Path(f"{machine.file}-wal")


@pytest.fixture
def open_one(used: Machine) -> Machine:
    """A machine whose file this process has open, with the stacks default and one."""
    used.repository().combine_stack("one", PARTS)
    assert log(used).exists()
    return used


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The places of the databases that are opened from now on."""
    places: list[str] = []
    connect = sqlite3.connect

    def noted(*args: Any, **named: Any) -> sqlite3.Connection:
        places.append(str(args[0] if args else named["database"]))
        database: sqlite3.Connection = connect(*args, **named)
        return database

    monkeypatch.setattr(sqlite3, "connect", noted)
    return places


def test_changes_and_looks_in_a_row_open_nothing(open_one: Machine, opened: list[str]) -> None:
    for number in range(3):
        open_one.repository().combine_stack(f"more-{number}", PARTS)
        assert f"more-{number}" in names(open_one)
    assert opened == []


def test_at_the_end_the_file_is_all_there_is(open_one: Machine) -> None:
    afterwards.finish()
    assert not log(open_one).exists()
    with closing(sqlite3.connect(open_one.file)) as database:
        assert ("one",) in database.execute("SELECT name FROM stacks").fetchall()


def test_what_others_recorded_meanwhile_is_seen(open_one: Machine) -> None:
    other = f"from zenml.repository import Repository; Repository().combine_stack('theirs', {PARTS!r})"
    subprocess.run([sys.executable, "-c", other], check=True, capture_output=True)
    assert names(open_one) == ["default", "one", "theirs"]
    open_one.repository().combine_stack("ours", PARTS)
    assert names(open_one) == ["default", "one", "ours", "theirs"]


def test_views_that_others_edited_meanwhile_are_rebuilt(open_one: Machine) -> None:
    open_one.tamper("UPDATE stacks SET name = 'edited' WHERE name = 'one'")
    open_one.repository().combine_stack("two", PARTS)
    assert names(open_one) == ["default", "one", "two"]


def test_a_trigger_that_others_made_meanwhile_is_refused(open_one: Machine) -> None:
    with closing(sqlite3.connect(open_one.file)) as database:
        database.execute("CREATE TRIGGER theirs AFTER INSERT ON heads BEGIN DELETE FROM heads; END")
    with pytest.raises(DamagedLedgerError, match="trigger"):
        open_one.repository().combine_stack("two", PARTS)


def test_a_file_that_took_its_place_is_used(open_one: Machine) -> None:
    earlier = open_one.base / "earlier.db"
    back_up(str(open_one.file), str(earlier))
    open_one.repository().combine_stack("later", PARTS)
    os.replace(earlier, open_one.file)
    log(open_one).unlink()
    Path(f"{open_one.file}-shm").unlink()
    assert names(open_one) == ["default", "one"]
    open_one.repository().combine_stack("two", PARTS)
    afterwards.finish()
    assert names(open_one) == ["default", "one", "two"]
    assert open_one.repository().verify().ok


def test_a_file_that_is_gone_is_missed(open_one: Machine) -> None:
    for file in open_one.config.glob("ledger.db*"):
        file.unlink()
    with pytest.raises(DamagedLedgerError):
        open_one.repository().combine_stack("two", PARTS)
    afterwards.finish()
    assert list(open_one.config.glob("ledger.db*")) == []


def test_threads_open_their_own_and_lose_nothing(open_one: Machine) -> None:
    def change(number: int) -> None:
        for step in range(3):
            open_one.repository().combine_stack(f"{number}-{step}", PARTS)

    threads = [threading.Thread(target=change, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(names(open_one)) == {"default", "one", *(f"{n}-{step}" for n in range(4) for step in range(3))}
    assert open_one.repository().verify().ok


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")
def test_a_child_and_its_parent_both_go_on(open_one: Machine) -> None:
    child = os.fork()
    if not child:
        try:
            open_one.repository().combine_stack("child", PARTS)
            afterwards.finish()
        except BaseException:
            os._exit(1)
        os._exit(0)
    open_one.repository().combine_stack("parent", PARTS)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert names(open_one) == ["child", "default", "one", "parent"]
    assert open_one.repository().verify().ok


def test_a_look_that_lasts_does_not_keep_others_from_changing(open_one: Machine) -> None:
    with open_one.repository().reading() as snapshot:
        before = [stack.name for stack in snapshot.stacks()]
        open_one.repository().combine_stack("two", PARTS)
        assert [stack.name for stack in snapshot.stacks()] == before
    assert "two" in names(open_one)


def statements(machine: Machine, monkeypatch: pytest.MonkeyPatch, name: str) -> int:
    """Returns how many statements a change runs, in a process that opens the file for it."""
    afterwards.finish()
    run: list[str] = []
    connect = sqlite3.connect

    def traced(*args: Any, **named: Any) -> sqlite3.Connection:
        database: sqlite3.Connection = connect(*args, **named)
        database.set_trace_callback(run.append)
        return database

    with monkeypatch.context() as context:
        context.setattr(sqlite3, "connect", traced)
        machine.repository().combine_stack(name, PARTS)
    return len(run)


def test_a_change_runs_as_many_statements_however_much_there_is(
    used: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = statements(used, monkeypatch, "before")
    for number in range(10):
        used.repository().combine_stack(f"stack-{number}", PARTS)
        used.repository().create_profile(f"profile-{number}")
        used.repository().initialize(used.folder(f"here-{number}"))
    assert statements(used, monkeypatch, "after") <= few


def test_a_change_that_follows_another_one_asks_and_writes_little(
    open_one: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run: list[str] = []
    monkeypatch.setitem(follow_up._from, str(open_one.file), inf)  # what follows now and then is not counted
    with kept_open.lend(str(open_one.file)) as database:
        assert database is not None
        database.set_trace_callback(run.append)
    open_one.repository().combine_stack("two", PARTS)
    asked = [sql for sql in run if sql.startswith(("SELECT", "PRAGMA"))]
    written = [sql for sql in run if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert (len(asked), len(written)) == (26, 19)  # more are not wrong, but each change pays for them


def test_the_end_of_a_ledger_is_compared_again_when_others_wrote_or_did_not_compare_it(
    open_one: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[object] = []
    monkeypatch.setattr(remembered_heads, "check", lambda *args: compared.append(args))
    open_one.repository().combine_stack("two", PARTS)
    assert not compared
    open_one.tamper("UPDATE stacks SET name = name")
    open_one.repository().rebuild()
    open_one.repository().combine_stack("three", PARTS)
    assert len(compared) == 1
    open_one.repository().combine_stack("four", PARTS)
    assert len(compared) == 1


@pytest.mark.skipif(shutil.which("strace") is None, reason="nothing counts system calls here")
def test_a_command_opens_and_syncs_no_more_than_it_needs(home: Home) -> None:
    home.done("profile", "create", "other")
    few = calls(home, "one")
    for number in range(5):
        home.done("profile", "create", f"other-{number}")
    many = calls(home, "two")
    assert few["ledger.db"] == many["ledger.db"] == 3  # a look, another one that may lead elsewhere, the change
    assert few["sync"] == many["sync"] == 5  # SQLite: the log begins, its folder, the change; and two at the end
    assert few["profile.yaml"] == many["profile.yaml"] == 1


def calls(home: Home, name: str) -> dict[str, int]:
    """Returns how often a command opens what is named, and how often it waits for the disk."""
    noted = home.base / f"{name}.calls"
    words = [str(ZENML), "stack", "register", name, "-o", "default", "-a", "default"]
    strace = ["strace", "-f", "-o", str(noted), "-e", "trace=openat,fsync,fdatasync", *words]
    subprocess.run(strace, check=True, capture_output=True, env=home.variables(), cwd=home.work)
    lines = noted.read_text().splitlines()
    return {
        "ledger.db": sum('/ledger.db"' in line for line in lines),
        "profile.yaml": sum('/profile.yaml"' in line for line in lines),
        "sync": sum("sync(" in line for line in lines),
    }
