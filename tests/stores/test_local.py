"""The file is a store that lasts; besides, its settings, its readers, many processes, and its errors in words."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from eventsourcing.persistence import PersistenceError

from tests.evidence import second
from tests.ledger.histories import PARTS
from tests.ledger.machines import Machine
from tests.ledger.races import at_once
from tests.stores.contract import BlanksLast, KeysLast, LastingStoreContract
from tests.stores.promises.ground import within
from tests.support.hints import hint_of
from tests.support.removals import bytes_of, places
from tests.support.sizes import RACING_CHANGES
from zenml.domain.errors import BusyError, DamagedLedgerError, LedgerError, NotAllowedError
from zenml.domain.values import Salted
from zenml.ledger.ids import new_id
from zenml.projections import stored_events
from zenml.projections.database import connect, open_still
from zenml.stores import local, waiting
from zenml.stores.local import LocalStore
from zenml.stores.mapping import to_event, to_stored

CANARY = "canary.example.com/customer"
ID = b"0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a11"


class TestLocal(LastingStoreContract, KeysLast, BlanksLast):
    @pytest.fixture
    def reopened(self, tmp_path: Path) -> Iterator[Callable[[], LocalStore]]:
        path = str(tmp_path / "zenml" / "ledger.db")
        with ExitStack() as opened:
            yield lambda: opened.enter_context(closing(LocalStore(path)))

    @pytest.fixture
    def store(self, reopened: Callable[[], LocalStore]) -> LocalStore:
        return reopened()


def redacted(used: Machine) -> LocalStore:
    """Blanks all values with the canary in them, of a file in which it is in the views, too."""
    here = used.repository()
    with here.change(reason=CANARY):
        here.register_component("container_registry", "r", "default", {"uri": CANARY})
    here.update_component("container_registry", "r", {"uri": "other"})
    store = LocalStore(str(used.file))
    with store.transaction() as transaction:
        for ledger_id in {row.ledger_id for row in used.events()}:
            transaction.blank(ledger_id, places(used.events(), ledger_id, CANARY))
    return store


def test_of_a_blanked_value_no_byte_is_left(used: Machine) -> None:
    with closing(redacted(used)) as store:
        assert bytes_of(used.file.parent, CANARY) == {}
        assert store.checkpoint() == []
    assert bytes_of(used.file.parent, CANARY) == {}
    here = used.repository()
    assert here.verify().verdicts["replay"].ok
    assert here.get_stack_component("container_registry", "r").parameters == {"uri": "other"}


def test_who_reads_holds_up_the_log_and_it_is_said(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "_PATIENCE", 0.3)
    monkeypatch.setattr(local, "_BRIEF", 0.1)
    with open_still(str(used.file)) as reading:
        reading.execute("SELECT count(*) FROM heads").fetchone()
        with closing(redacted(used)) as store:
            (sentence,) = store.checkpoint()
            assert f"{used.file}-wal" in sentence
            reading.execute("ROLLBACK")
            assert store.checkpoint() == []
            assert bytes_of(used.file.parent, CANARY) == {}


def test_the_settings_of_a_connection_that_writes(used: Machine) -> None:
    store = LocalStore(str(used.file))
    try:
        with store.transaction() as transaction:
            settings = {
                name: transaction.database.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("synchronous", "foreign_keys", "secure_delete", "journal_mode")
            }
    finally:
        store.close()
    assert settings == {"synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "journal_mode": "wal"}


def test_all_tables_are_strict_and_rows_are_numbered_for_good(used: Machine) -> None:
    tables = dict(used.query("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    del tables["sqlite_sequence"]
    assert all("STRICT" in sql for sql in tables.values())
    assert "rowid INTEGER PRIMARY KEY AUTOINCREMENT" in tables["stored_events"]


@pytest.mark.parametrize(
    ("topic", "state"),
    [
        ("os:system", b'"ls"'),
        ("zenml.domain.events:StackRegistered", b"{}"),
        ("zenml:StackRegistered", b"{}"),
        ("zenml:StackRegistered", b"no JSON"),
        ("zenml:StackRegistered", b'{"components":{},"more":1,"name":"a","stack_id":"%s"}' % ID),
    ],
)
def test_an_event_of_another_form_is_damage_and_nothing_is_imported(topic: str, state: bytes) -> None:
    Salted(s="0" * 32, v="1")  # pydantic imports parts of itself when it first makes something
    before = set(sys.modules)
    with pytest.raises(DamagedLedgerError, match=f"event '{topic}'"):
        to_event(topic, state)
    assert set(sys.modules) == before


def test_stored_text_of_49152_bytes_is_the_largest() -> None:
    room = 49_152 - len('{"name":""}')
    assert len(to_stored(new_id(), 1, "zenml:X", {"name": "x" * room}).state) == 49_152
    with pytest.raises(NotAllowedError):
        to_stored(new_id(), 1, "zenml:X", {"name": "x" * (room + 1)})
    with pytest.raises(NotAllowedError):
        to_stored(new_id(), 1, "zenml:X", {"name": "ü" * (room // 2 + 1)})


def test_events_are_read_by_position(used: Machine) -> None:
    ledger_id = used.profile_ledger()
    rows = [row for row in used.events() if row.ledger_id == ledger_id]
    with used.reading() as database:
        for first, last in ((1, 3), (2, 2), (4, 99), (9, 10)):
            found = list(stored_events.events(database, ledger_id, first, last))
            assert [(row.ledger_id, row.position, row.topic, row.text.decode()) for row in found] == [
                row[1:] for row in rows if first <= row.position <= last
            ]


def test_events_are_selected_by_topic_and_by_what_they_contain(used: Machine) -> None:
    rows = used.events()
    with used.reading() as database:
        topics = ("zenml:StackRegistered", "zenml:ChangeBegan")
        of_topic = list(stored_events.events(database, topics=topics))
        assert [event.rowid for event in of_topic] == [row.rowid for row in rows if row.topic in topics]
        began = used.events()[0].fields["change_id"]
        holding = list(stored_events.events(database, rows[0].ledger_id, containing=began))
        assert [event.rowid for event in holding] == [rows[0].rowid]
        assert stored_events.event(database, rows[0].ledger_id, 1) == of_topic[0]
        assert stored_events.event(database, rows[0].ledger_id, 9_999) is None
        sizes = {end.ledger_id: end.count for end in stored_events.ends(database)}
        assert sum(sizes.values()) == stored_events.count(database) == len(rows)


def test_a_reader_sees_whole_changes_only(used: Machine) -> None:
    here, other = used.repository(), used.repository()
    with here.change():
        here.combine_stack("prod", PARTS)
        assert [stack.name for stack in here.list_stacks()] == ["default", "prod"]
        assert [stack.name for stack in other.list_stacks()] == ["default"]
    assert [stack.name for stack in other.list_stacks()] == ["default", "prod"]


def test_a_lock_held_too_long_is_an_error_in_words(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "LOCK_TIMEOUT", 0.1)
    here, other = used.repository(), used.repository()
    before = used.tables()

    def meet() -> None:
        with here.change():
            other.rename_stack("default", "main")

    with pytest.raises(BusyError, match="locked by other writers"):
        meet()
    assert used.tables() == before


@pytest.mark.parametrize("name", ["con fig", "größe", "what?", "a#b", "100%", "file:x"])
def test_a_folder_may_have_any_name(machine: Machine, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    folder = machine.folder(name) / "zenml"
    monkeypatch.setenv("ZENML_CONFIG_PATH", str(folder))
    here = machine.repository()
    here.combine_stack("prod", PARTS)
    assert [stack.name for stack in here.list_stacks()] == ["default", "prod"]
    assert (folder / "ledger.db").exists()


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (sqlite3.OperationalError("database is locked"), BusyError),
        (sqlite3.OperationalError("attempt to write a readonly database"), NotAllowedError),
        (sqlite3.OperationalError("unable to open database file"), NotAllowedError),
        (sqlite3.OperationalError("database or disk is full"), NotAllowedError),
        (sqlite3.DatabaseError("database disk image is malformed"), DamagedLedgerError),
        (sqlite3.IntegrityError("UNIQUE constraint failed"), DamagedLedgerError),
        (PersistenceError("anything"), DamagedLedgerError),
    ],
)
def test_errors_of_the_database_are_put_into_words(
    used: Machine, error: Exception, kind: type[LedgerError]
) -> None:
    store = LocalStore(str(used.file))

    def fail() -> None:
        with store.transaction():
            raise error

    try:
        with pytest.raises(kind) as caught:
            fail()
    finally:
        store.close()
    assert str(used.file) in caught.value.message
    assert hint_of(caught.value)


def test_a_folder_that_cannot_be_made_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotAllowedError, match="cannot be written"):
        LocalStore(str(tmp_path / "file" / "zenml" / "ledger.db"))


def test_a_file_that_could_not_be_opened_locks_nobody_out(tmp_path: Path) -> None:
    file = tmp_path / "ledger.db"
    file.write_text("no database " * 100)
    with closing(LocalStore(str(file), draft=True)) as store:
        for _ in range(2):
            with pytest.raises(DamagedLedgerError, match="not a database"):
                within(store)
        file.unlink()
        within(store)
    assert file.exists()


@pytest.mark.parametrize("content", ["", "no database " * 100])
def test_what_is_no_database_cannot_be_read(tmp_path: Path, content: str) -> None:
    (tmp_path / "ledger.db").write_text(content)
    if content:
        with pytest.raises(DamagedLedgerError, match="cannot be read"):
            connect(str(tmp_path / "ledger.db"))
    else:
        connect(str(tmp_path / "ledger.db")).close()


def test_a_reader_never_writes(used: Machine) -> None:
    with closing(connect(str(used.file))) as database, pytest.raises(sqlite3.OperationalError):
        database.execute("DELETE FROM stacks")


def race(processes: int, changes: int) -> None:
    prepare = """
        from zenml.repository import Repository
        from zenml.unit_of_work.work import UnitOfWork
        here = Repository(notify=lambda sentence: None)
    """
    act = """
        for number in range(int(sys.argv[1])):
            parts = {"orchestrator": "default", "artifact_store": "default"}
            here.combine_stack(f"s{sys.argv[2]}-{number}", parts)
    """
    at_once(processes, prepare, act, str(changes))


@pytest.mark.parametrize("prepare", [lambda machine: None, lambda machine: machine.repository().list_stacks()])
def test_processes_that_write_at_once_wait_for_each_other(
    machine: Machine, prepare: Callable[[Machine], object]
) -> None:
    prepare(machine)
    race(4, 5)
    names = {stack.name for stack in machine.repository().list_stacks()}
    assert names == {"default", *(f"s{process}-{number}" for process in range(4) for number in range(5))}
    assert [row.kind for row in machine.repository().history(everything=True)] == ["change"] * 20 + ["init"]
    assert all(not found["problems"] for found in second.check_ledger(str(machine.file)).values())


@pytest.mark.slow
def test_eight_processes_with_many_changes_each(used: Machine) -> None:
    race(8, RACING_CHANGES)
    assert len(used.repository().list_stacks()) == 1 + 8 * RACING_CHANGES
    assert all(not found["problems"] for found in second.check_ledger(str(used.file)).values())
    before = used.tables()
    used.repository().rebuild()
    assert used.tables() == before
