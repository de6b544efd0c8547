"""The file that stays open between requests answers as one that was opened for each."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from threading import get_ident

import pytest

from tests.ledger.machines import Machine
from zenml.domain.errors import DamagedLedgerError, NotFoundError
from zenml.projections import machine as machine_queries
from zenml.projections.database import Database, machine_ledger
from zenml.service import kept_file
from zenml.service.kept_file import KeptFile


@pytest.fixture
def kept(used: Machine) -> Iterator[KeptFile]:
    with closing(KeptFile(str(used.config))) as file:
        yield file


def profiles(kept: KeptFile) -> list[str]:
    with kept.look() as database:
        return [row.name for row in machine_queries.profiles(database, machine_ledger(database) or "")]


def connections(kept: KeptFile, count: int) -> set[int]:
    """Returns what so many find who look at the same time."""
    with ExitStack() as looks:
        return {id(looks.enter_context(kept.look())) for _ in range(count)}


def test_it_stays_open_for_whoever_looks_next_in_any_thread(kept: KeptFile) -> None:
    def look() -> tuple[int, Database]:
        with kept.look() as database:
            return get_ident(), database

    thread, first = look()
    with ThreadPoolExecutor(1) as pool:
        another, second = pool.submit(look).result()
    assert thread != another
    assert first is second


def test_few_stay_open_however_many_look_at_once(kept: KeptFile) -> None:
    before = len(os.listdir("/dev/fd"))
    at_once = 3 * kept_file.MOST
    for _ in range(3):
        assert len(connections(kept, at_once)) == at_once
        # SQLite closes the file itself with its last connection; of each that stays, a log is open, and an index
        assert len(os.listdir("/dev/fd")) <= before + at_once + kept_file.MOST + 1
    kept.close()
    assert profiles(kept) == ["default"]
    assert len(os.listdir("/dev/fd")) == before


def test_a_look_shows_what_was_committed_before_it_and_nothing_later(used: Machine, kept: KeptFile) -> None:
    assert profiles(kept) == ["default"]
    with kept.look() as database:
        used.repository().create_profile("second")
        assert len(machine_queries.profiles(database, machine_ledger(database) or "")) == 1
    assert profiles(kept) == ["default", "second"]


def test_what_takes_the_place_of_the_file_is_what_is_shown(used: Machine, kept: KeptFile, tmp_path: Path) -> None:
    shutil.copy(kept.path, tmp_path / "earlier.db")
    used.repository().create_profile("second")
    assert profiles(kept) == ["default", "second"]
    for name in ("-wal", "-shm"):
        Path(kept.path + name).unlink(missing_ok=True)
    os.replace(tmp_path / "earlier.db", kept.path)
    assert profiles(kept) == ["default"]


def test_what_was_made_of_it_meanwhile_is_noticed(used: Machine, kept: KeptFile) -> None:
    assert profiles(kept) == ["default"]
    with closing(sqlite3.connect(kept.path)) as database:
        database.execute("CREATE TRIGGER own AFTER INSERT ON heads BEGIN SELECT 1; END")
        database.commit()
    with pytest.raises(DamagedLedgerError, match="trigger 'own'"):
        profiles(kept)
    with closing(sqlite3.connect(kept.path)) as database:
        database.execute("DROP TRIGGER own")
        database.execute("DROP TABLE heads")
        database.commit()
    with pytest.raises(DamagedLedgerError, match="heads"):
        profiles(kept)


def test_a_file_that_is_gone_is_missed(used: Machine, kept: KeptFile) -> None:
    assert profiles(kept) == ["default"]
    for name in ("", "-wal", "-shm"):
        Path(kept.path + name).unlink(missing_ok=True)
    with pytest.raises(DamagedLedgerError):
        profiles(kept)


def test_there_may_be_none_yet(tmp_path: Path) -> None:
    with closing(KeptFile(str(tmp_path))) as kept, pytest.raises(NotFoundError), kept.look():
        pass


def test_an_error_of_whoever_looks_ends_the_connection(kept: KeptFile) -> None:
    with kept.look() as database:
        before = database
    with pytest.raises(ZeroDivisionError), kept.look():
        raise ZeroDivisionError
    with kept.look() as database:
        assert database is not before
