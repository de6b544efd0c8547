"""A file is written as a whole or not at all, lasts as long as was asked for, and leaves no draft."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from zenml.files.drafts import PRIVATE, SHARED, create, draft_of, is_abandoned, move, new_file, put, write

HOUR = 3600


def put_private(path: Path, replace: bool) -> None:
    put(str(path), b"new", mode=PRIVATE, replace=replace)


def write_private(path: Path, replace: bool) -> None:
    with new_file(str(path), mode=PRIVATE, replace=replace) as file:
        file.write(b"new")


def write_private_by_name(path: Path, replace: bool) -> None:
    """Writes as systems do that know no files without a name."""
    with pytest.MonkeyPatch.context() as system:
        system.delattr(os, "O_TMPFILE", raising=False)
        write_private(path, replace)


writers = pytest.mark.parametrize("writer", [put_private, write_private, write_private_by_name])
Writer = Callable[[Path, bool], None]


@writers
@pytest.mark.parametrize("replace", [True, False])
def test_a_new_file_is_its_owners_alone_and_the_only_one(tmp_path: Path, writer: Writer, replace: bool) -> None:
    writer(tmp_path / "f", replace)
    assert (tmp_path / "f").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "f").stat().st_mode) == 0o600


@writers
def test_a_file_that_is_there_is_replaced_only_on_request(tmp_path: Path, writer: Writer) -> None:
    (tmp_path / "f").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        writer(tmp_path / "f", False)
    assert (tmp_path / "f").read_bytes() == b"old"
    writer(tmp_path / "f", True)
    assert (tmp_path / "f").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


@writers
def test_a_link_is_replaced_and_not_followed(tmp_path: Path, writer: Writer) -> None:
    (tmp_path / "elsewhere").write_bytes(b"stays")
    (tmp_path / "f").symlink_to(tmp_path / "elsewhere")
    writer(tmp_path / "f", True)
    assert (tmp_path / "elsewhere").read_bytes() == b"stays"
    assert not (tmp_path / "f").is_symlink()


@pytest.mark.parametrize("named", [True, False])
def test_an_error_while_writing_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: bool
) -> None:
    if named:
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    (tmp_path / "f").write_bytes(b"old")

    def interrupted() -> None:
        with new_file(str(tmp_path / "f"), mode=SHARED, replace=True) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert (tmp_path / "f").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_what_is_synced_is_on_the_disk_before_it_is_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    for name in ("fsync", "replace", "link"):
        real = getattr(os, name)

        def noting(*given: object, name: str = name, real: Callable[..., None] = real, **more: object) -> None:
            done.append(name)
            real(*given, **more)

        monkeypatch.setattr(os, name, noting)

    put(str(tmp_path / "f"), b"1", mode=SHARED)
    assert done == ["replace"]
    put(str(tmp_path / "f"), b"2", mode=SHARED, synced=True)
    assert done[1:] == ["fsync", "replace"]
    put(str(tmp_path / "key"), b"3", mode=PRIVATE, replace=False, synced=True)
    assert done[3:] == ["fsync", "link"]
    with new_file(str(tmp_path / "f"), mode=SHARED, replace=True) as file:
        file.write(b"4")
    assert (done[5], done[-1]) == ("fsync", "replace")


def test_a_draft_can_be_a_database_and_goes_with_all_that_is_beside_it(tmp_path: Path) -> None:
    with draft_of(str(tmp_path / "f")) as draft:
        os.close(create(draft, PRIVATE))
        with closing(sqlite3.connect(draft)) as database:
            database.execute("CREATE TABLE t (c)")
        for ending in ("-wal", "-shm", "-journal"):
            Path(draft + ending).touch()
    assert not list(tmp_path.iterdir())
    with draft_of(str(tmp_path / "f")) as draft:
        write(draft, b"x", mode=SHARED, synced=False)
        Path(f"{draft}-wal").touch()
        move(draft, str(tmp_path / "f"), replace=False)
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_a_draft_takes_nothing_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"stays")
    (tmp_path / "draft").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        write(str(tmp_path / "draft"), b"x", mode=SHARED, synced=False)
    assert (tmp_path / "elsewhere").read_bytes() == b"stays"


def test_a_draft_is_abandoned_after_an_hour(tmp_path: Path) -> None:
    draft = tmp_path / "draft"
    draft.touch()
    for age, expected in ((0, False), (HOUR - 60, False), (HOUR + 60, True)):
        os.utime(draft, (time.time() - age, time.time() - age))
        assert is_abandoned(str(draft)) is expected


@writers
def test_drafts_that_killed_processes_left_are_removed(tmp_path: Path, writer: Writer) -> None:
    name = "f.0123456789abcdef"
    for left, age in ((name, 2), (f"{name}-wal", 2), ("f.1123456789abcdef", 0), ("f.2", 2), ("f.old", 2)):
        (tmp_path / left).touch()
        os.utime(tmp_path / left, (time.time() - age * HOUR, time.time() - age * HOUR))
    writer(tmp_path / "f", True)
    assert {path.name for path in tmp_path.iterdir()} == {"f", "f.1123456789abcdef", "f.2", "f.old"}
