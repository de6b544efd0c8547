"""A configuration folder that belongs to somebody else: readable for this user, or not even that."""

from __future__ import annotations

import re
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from tests.reliability.standing import unchanged
from tests.reliability.states import PARTS
from tests.reliability.users import NOBODY, as_nobody, open_home
from tests.support.program import Home
from tests.support.refusals import hinted, refused
from tests.support.tables import column

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="users are of another kind there")

READING = [
    ("stack", "list"),
    ("stack", "get"),
    ("profile", "list"),
    ("orchestrator", "list"),
    ("history",),
    ("stack", "describe", "s1"),
]
WRITING = [
    ("stack", "register", "new", *PARTS),
    ("stack", "set", "s1"),
    ("stack", "delete", "s1", "--yes"),
    ("orchestrator", "register", "new", "--flavor=local"),
    ("metadata-store", "register", "new", "--flavor=mysql", "--host=h", "--database=d", "--password=hunter2"),
    ("profile", "create", "new"),
    ("undo",),
    ("ledger", "rebuild"),
]

LAST_COLUMN = re.compile("[┯│┼┷][^┯│┼┷\n]*$", re.MULTILINE)


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """The superuser's home with the stack `s1`, which everybody may read and nobody else write."""
    with open_home() as home:
        home.done("stack", "register", "s1", *PARTS)
        close(home)
        yield home


def close(home: Home, folder: int = 0o555, file: int = 0o444) -> None:
    """Sets the permissions of everything in the configuration folder."""
    for path in (home.config.parent, home.config, *home.config.rglob("*")):
        path.chmod(folder if path.is_dir() else file)


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_reading_works(home: Home, words: tuple[str, ...]) -> None:
    with unchanged(home):
        answer = as_nobody(home, *words).exits(0)
    shown = home.done(*words).stdout
    if words == ("history",):  # what plain undo takes next, the last column, is another thing for another person
        assert LAST_COLUMN.sub("", answer.stdout) == LAST_COLUMN.sub("", shown)
    else:
        assert answer.stdout == shown
    assert "Error" not in answer.stderr


@pytest.mark.parametrize("words", WRITING, ids=" ".join)
def test_writing_is_refused(home: Home, words: tuple[str, ...]) -> None:
    with unchanged(home):
        answer = refused(as_nobody(home, *words), f"The ledger {home.config}/ledger.db cannot be written.")
    hinted(answer, home)


@contextmanager
def waiting(home: Home, name: str) -> Iterator[None]:
    """Holds the ledger open, as its owner, while the stack that was registered last is in the log beside it."""
    with closing(sqlite3.connect(home.config / "ledger.db", isolation_level=None)) as owner:
        owner.execute("PRAGMA wal_autocheckpoint = 0")
        owner.execute("BEGIN")  # who looks at the file as it was keeps others from emptying the log
        owner.execute("SELECT count(*) FROM heads").fetchone()
        home.done("stack", "register", name, *PARTS)
        assert (home.config / "ledger.db-wal").stat().st_size
        close(home)
        yield
    home.done("stack", "delete", name, "--yes")
    close(home)


def test_it_reads_what_the_owner_is_writing(home: Home) -> None:
    with waiting(home, "live"):
        answer = as_nobody(home, "stack", "list").exits(0)
        assert "live" in column(answer.rows, "STACK NAME")


def test_a_log_that_cannot_be_taken_in_is_said_and_not_passed_over(home: Home) -> None:
    index = home.config / "ledger.db-shm"
    with waiting(home, "late"):
        aside = index.rename(home.base / "aside")  # as after a crash of the whole machine
        refused(
            as_nobody(home, "stack", "list"),
            f"{home.config}/ledger.db-wal holds changes, and reading them requires",
        )
        aside.rename(index)
    assert as_nobody(home, "stack", "list").exits(0)


LOOKING = (("audit", "verify"), ("ledger", "status"), ("ledger", "accept"), ("diff", "now"))


@pytest.mark.parametrize("words", [READING[0], READING[4], WRITING[0], WRITING[6], *LOOKING], ids=" ".join)
def test_a_file_that_cannot_be_read_is_named(home: Home, words: tuple[str, ...]) -> None:
    close(home, file=0o600)
    try:
        with unchanged(home):
            answer = refused(
                as_nobody(home, *words), f"{home.config}/ledger.db cannot be read: Permission denied."
            )
        hinted(answer, home)
    finally:
        close(home)


@pytest.mark.parametrize("words", [READING[0], READING[4], WRITING[0], WRITING[6], *LOOKING], ids=" ".join)
def test_a_folder_that_cannot_be_entered_is_named(home: Home, words: tuple[str, ...]) -> None:
    home.config.chmod(0o700)
    try:
        with unchanged(home):
            refused(as_nobody(home, *words), f"The configuration folder {home.config} cannot be read")
    finally:
        close(home)


def test_a_first_run_in_somebody_elses_folder_is_refused() -> None:
    with open_home() as home:
        refused(as_nobody(home, "stack", "list"), f"The configuration folder {home.config} cannot be written")
        assert not home.config.exists()


def test_a_first_run_in_a_folder_of_its_own_works() -> None:
    with open_home() as home:
        home.home.chmod(0o777)
        as_nobody(home, "stack", "register", "mine", *PARTS).exits(0)
        file = home.config / "ledger.db"
        assert file.stat().st_uid == NOBODY
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(home.config.stat().st_mode) == 0o700
        assert column(as_nobody(home, "stack", "list").rows, "STACK NAME") == ["default", "mine"]
