"""A file system without room: a small real one, filled up. What was acknowledged stays, nothing is half done."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.reliability.standing import rows, unchanged
from tests.reliability.states import PARTS, check_whole, stacks
from tests.support.program import SECONDS, ZENML, Home, Result
from tests.support.refusals import refused
from tests.support.views import views

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a small file system is mounted as Linux does it")

KIB = 1024
SIZE = 2048 * KIB
ROOM = "fill"  # the file that takes all room


@contextmanager
def mounted(path: Path) -> Iterator[Path]:
    """Gives an empty file system of 2 MiB. Skips the test where none may be mounted."""
    path.mkdir(parents=True, exist_ok=True)
    mount = shutil.which("mount")
    if mount is None:
        pytest.skip("mount is not installed")
    options = f"size={SIZE},mode=700"
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", options, "zenml-tests", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip(f"no file system may be mounted here: {done.stderr.strip()}")
    try:
        yield path
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)


@contextmanager
def full(disk: Path, left: int = 0) -> Iterator[None]:
    """Leaves no more than some KiB on a file system."""
    file = disk / ROOM
    with file.open("wb", buffering=0) as written:
        try:
            while written.write(bytes(4 * KIB)):
                pass
        except OSError:
            written.truncate(max(0, written.tell() - left * KIB))
    try:
        yield
    finally:
        file.unlink()


@pytest.fixture
def small(home: Home) -> Iterator[Home]:
    """A home whose configuration folder is a file system of its own; it has the stack `s1`."""
    with mounted(home.config):
        home.done("stack", "register", "s1", *PARTS)
        yield home


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Another small file system than the one the ledger is on."""
    with mounted(tmp_path / "disk") as disk:
        yield disk


WRITING = [
    ("stack", "register", "new", *PARTS),
    ("stack", "set", "s1"),
    ("undo",),
    ("orchestrator", "register", "new", "--flavor=local"),
    ("metadata-store", "register", "new", "--flavor=mysql", "--host=h", "--database=d", "--password=hunter2"),
    ("profile", "create", "new"),
]


def test_every_change_is_refused_without_room_and_made_with_it(small: Home) -> None:
    for words in WRITING:
        with unchanged(small), full(small.config):
            answer = refused(small.run(*words), f"file system of {small.config}/", " is full, and nothing")
            assert "Hint: Make room" in answer.stderr
        small.done(*words)
    check_whole(small)


def test_whatever_room_there_is_a_change_is_made_as_a_whole_or_not_at_all(small: Home) -> None:
    made = ["default", "s1"]
    for left in (0, 4, 8, 16, 24, 28, 32, 36, 44, 52, 60, 68, 76, 84, 92, 100, 120):
        name, before = f"with-{left:03}", rows(small.config / "ledger.db")
        with full(small.config, left):
            answer = small.run("stack", "register", name, *PARTS).exits(0, 1)
        if answer.exit == 0:
            made.append(name)
        else:
            refused(answer, "is full, and nothing was written.")
            assert rows(small.config / "ledger.db") == before
    assert stacks(small) == sorted(made)
    assert 2 < len(made) < 19, "both must have happened"
    check_whole(small)


def test_reading_needs_no_room(small: Home) -> None:
    expected = small.done("stack", "list").stdout
    for beside in ("ledger.db-wal", "ledger.db-shm"):
        (small.config / beside).unlink(missing_ok=True)
    with unchanged(small), full(small.config):
        assert small.done("stack", "list").stdout == expected
        assert small.done("history", "--limit", "1").rows


def test_a_first_run_without_room_can_be_made_later(home: Home) -> None:
    with mounted(home.config):
        for left in (0, 40, 100):
            with full(home.config, left):
                refused(home.run("stack", "list"), "is full, and nothing was written.")
        assert stacks(home) == ["default"]
        check_whole(home)


def test_views_are_made_anew_as_a_whole_or_not_at_all(small: Home) -> None:
    file, expected = small.config / "ledger.db", small.done("stack", "list").stdout
    before = views(file)
    for left in (0, 40, 100):
        with unchanged(small), full(small.config, left):
            refused(small.run("ledger", "rebuild"), "is full, and nothing was written.")
        small.python(OLDER.format(file=str(file))).exits(0)
        with unchanged(small), full(small.config, left):
            assert small.done("stack", "list").stdout == expected, "reading makes views that stay in memory"
        assert small.done("stack", "list").stdout == expected
        assert views(file) == before


OLDER = """
import sqlite3
database = sqlite3.connect({file!r})
database.execute("UPDATE views SET version = 0")
database.commit()
database.close()
"""


def test_a_choice_that_cannot_be_written_down_is_not_made(used: Home, disk: Path) -> None:
    used.done("stack", "register", "s1", *PARTS)
    folder, second = disk / "project", disk / "second"
    for path in (folder, second):
        path.mkdir()
    used.done("init", cwd=folder)
    before = (folder / ".zen" / "config.yaml").read_text()
    with unchanged(used), full(disk):
        refused(used.run("stack", "set", "s1", cwd=folder), str(folder))
        refused(used.run("init", cwd=second), str(second))
    assert (folder / ".zen" / "config.yaml").read_text() == before
    assert [path.name for path in (folder / ".zen").iterdir()] == ["config.yaml"]
    assert list(second.iterdir()) == []
    used.done("stack", "set", "s1", cwd=folder)
    assert yaml.safe_load((folder / ".zen" / "config.yaml").read_text())["active_stack_name"] == "s1"


def test_a_profile_file_that_cannot_be_written_is_written_later(used: Home, disk: Path) -> None:
    folder = disk / "profile"
    used.done("profile", "create", "there", "--url", str(folder))
    used.done("profile", "set", "there")
    before = (folder / "profile.yaml").read_text()
    with full(disk):
        answer = used.done("stack", "register", "one", *PARTS)
    assert f"{folder}/profile.yaml was not written: No space left on device." in answer.stderr
    assert (folder / "profile.yaml").read_text() == before
    assert [path.name for path in folder.iterdir()] == ["profile.yaml"]
    assert stacks(used) == ["default", "one"]
    used.done("stack", "register", "two", *PARTS)
    written = yaml.safe_load((folder / "profile.yaml").read_text())
    assert [stack["name"] for stack in written["stacks"]] == ["default", "one", "two"]


@pytest.mark.parametrize("limit", [1, 5000, 40_000])
def test_a_limit_of_the_system_is_no_damage(used: Home, limit: int) -> None:
    """As with a quota, the system refuses to make a file larger than it allows."""
    import resource

    words = ("stack", "register", "one", *PARTS)
    with unchanged(used):
        done = subprocess.run(
            [str(ZENML), *words],
            cwd=used.work,
            env=used.variables(),
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        answer = Result(words, done.returncode, done.stdout, done.stderr).without_traceback()
        refused(answer, f"The system could not read or write the ledger {used.config}/ledger.db")
    used.done(*words)
    check_whole(used)
