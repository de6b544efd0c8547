"""What is taken away of what `up` made, and what is kept."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from zenml.flavors import removal
from zenml.flavors.removal import Fate, fates, remove_untouched

ROWS = "create table a (b); insert into a values (1)"


def make(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(script)


def kept(path: Path) -> str | None:
    """Returns the reason for which a path is kept, the same in a dry run, and makes sure that it is there."""
    before = path.read_bytes() if path.is_file() else None
    (looked,), (done,) = fates([str(path)]), remove_untouched([str(path)])
    assert looked == done
    assert os.path.lexists(path) == (done.became == "kept")
    if before is not None and done.reason:
        assert path.read_bytes() == before
    return done.reason


@pytest.mark.parametrize(
    "script", ["", "create table a (b)", "create table a (id integer primary key autoincrement)"]
)
def test_a_database_without_rows_goes(tmp_path: Path, script: str) -> None:
    path = tmp_path / "m d?#%.db"
    path.touch()
    make(path, script)
    assert kept(path) is None
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_empty_stays(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    make(path, ROWS)
    assert kept(path) == "table 'a' has rows"
    path.write_text("secrets: 1")
    assert kept(path) == "it is not empty"
    folder = tmp_path / "folder"
    (folder / "inner").mkdir(parents=True)
    assert kept(folder) == "it is not empty"
    path.write_bytes(b"SQLite format 3\x00" + b"x" * 2000)
    assert str(kept(path)).startswith("it cannot be read")


def test_a_database_that_somebody_uses_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removal, "_WAIT", 0)
    path = tmp_path / "m.db"
    make(path, "create table a (b)")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM a").fetchall()
        assert remove_untouched([str(path)]) == (Fate(str(path), "kept", "somebody is using it"),)
        other.execute("COMMIT")
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO a VALUES (1)")
        assert kept(path) == "an SQLite journal is beside it"
    make(path, "pragma journal_mode=wal")
    assert kept(path) == "it is a database in use, with a write-ahead log"


def test_a_link_stays_and_so_does_what_it_leads_to(tmp_path: Path) -> None:
    folder, link = tmp_path / "folder", tmp_path / "link"
    folder.mkdir()
    link.symlink_to(folder)
    assert kept(link) == "it is a link now"
    assert folder.is_dir()


def test_places_that_are_nobodys_to_remove_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    assert kept(tmp_path / "home") == "it is the home folder"
    assert kept(Path("/")) == "it is a mount point"


def test_what_is_written_between_the_look_and_the_removal_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, file = tmp_path / "folder", tmp_path / "secrets.yaml"
    folder.mkdir()
    file.touch()
    rmdir, rename = os.rmdir, os.rename

    def filled(path: str) -> None:
        (Path(path) / "model").write_text("x")
        rmdir(path)

    def written(path: str, aside: str) -> None:
        Path(path).write_text("a: b")
        rename(path, aside)

    monkeypatch.setattr(os, "rmdir", filled)
    monkeypatch.setattr(os, "rename", written)
    done = remove_untouched([str(folder), str(file)])
    assert [fate.reason for fate in done] == ["somebody wrote to it just now", "it is not empty"]
    assert (file.read_text(), (folder / "model").read_text()) == ("a: b", "x")
    assert sorted(os.listdir(tmp_path)) == ["folder", "secrets.yaml"]


def test_a_folder_goes_with_the_file_that_was_made_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "m.db").touch()
    made = [str(folder), str(folder / "m.db"), str(tmp_path / "gone")]
    assert [fate.became for fate in fates(made)] == ["missing", "removed", "removed"]
    assert fates(made) == remove_untouched(made)
    assert not folder.exists()


def test_what_cannot_be_put_back_is_where_it_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secrets.yaml"
    file.touch()
    rename = os.rename

    def written(path: str, aside: str) -> None:
        Path(path).write_text("a: b")
        rename(path, aside)

    def no_links(path: str, other: str) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "rename", written)
    monkeypatch.setattr(os, "link", no_links)
    (fate,) = remove_untouched([str(file)])
    (left,) = tmp_path.iterdir()
    assert fate == Fate(str(file), "kept", f"somebody wrote to it just now; what was in it is {left}")
    assert left.read_text() == "a: b"


def test_what_one_may_not_read_or_remove_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, file = tmp_path / "folder", tmp_path / "m.db"
    folder.mkdir()
    make(file, "create table a (b)")

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as unremovable:
        unremovable.setattr(os, "rmdir", refuse)
        unremovable.setattr(os, "rename", refuse)
        done = remove_untouched([str(folder), str(file)])
    assert [fate.reason for fate in done] == ["it cannot be removed: Permission denied"] * 2
    with monkeypatch.context() as unreadable:
        unreadable.setattr(os, "scandir", refuse)
        unreadable.setattr("builtins.open", refuse)
        done = remove_untouched([str(folder), str(file)])
    assert [fate.reason for fate in done] == ["it cannot be read: Permission denied"] * 2
    assert (folder.is_dir(), file.is_file()) == (True, True)
