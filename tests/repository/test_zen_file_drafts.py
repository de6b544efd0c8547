"""A repository's file is written in two steps: a draft before the ledger's commit, and its move afterwards."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from tests.repository.zen_files import CHANGE, LATER, STACK, drafts, everything_recorded, names, write
from zenml.active import zen_file
from zenml.domain.errors import NotAllowedError

HOUR = 3600


def test_a_draft_of_a_recorded_change_is_moved_by_whoever_reads(root: str) -> None:
    write(root, f"{STACK}: old\n")
    zen_file.prepare(root, "default", "new", CHANGE)
    assert names(root) == (None, "old")
    file = zen_file.read(root, everything_recorded)
    assert file is not None
    assert file.stack_name == "new"
    assert drafts(root) == []
    assert names(root) == ("default", "new")


def test_the_ledger_is_asked_for_the_change_of_the_draft(root: str) -> None:
    zen_file.prepare(root, "default", "new", CHANGE)
    asked: list[str] = []

    def ask(change_id: str) -> bool:
        asked.append(change_id)
        return False

    zen_file.read(root, ask)
    assert asked == [CHANGE]


def test_a_draft_of_no_recorded_change_is_ignored_and_removed_after_an_hour(root: str) -> None:
    write(root, f"{STACK}: old\n")
    draft = zen_file.prepare(root, "default", "new", CHANGE)
    assert names(root) == (None, "old")
    assert drafts(root) == [os.path.basename(draft)]  # its writer may be about to commit
    long_ago = time.time() - HOUR - 1
    os.utime(draft, (long_ago, long_ago))
    assert names(root) == (None, "old")
    assert drafts(root) == []


def test_of_two_recorded_drafts_the_later_one_holds(root: str) -> None:
    zen_file.prepare(root, "default", "second", LATER)
    zen_file.prepare(root, "default", "first", CHANGE)
    file = zen_file.read(root, everything_recorded)
    assert file is not None
    assert file.stack_name == "second"
    assert drafts(root) == []


def test_a_draft_that_somebody_else_moves_meanwhile_is_no_missing_file(root: str) -> None:
    draft = zen_file.prepare(root, "default", "new", CHANGE)

    def moved_while_asking(change_id: str) -> bool:
        zen_file.commit(draft)
        return True

    file = zen_file.read(root, moved_while_asking)
    assert file is not None
    assert file.stack_name == "new"


def test_a_draft_that_is_not_wanted_leaves_no_trace(tmp_path: Path) -> None:
    draft = zen_file.prepare(str(tmp_path), "default", "new", CHANGE)
    assert os.path.exists(draft)
    zen_file.discard(draft)
    assert list(tmp_path.iterdir()) == []


def test_removing_keeps_what_others_put_there(root: str, tmp_path: Path) -> None:
    write(root, f"{STACK}: a\n")
    (tmp_path / ".zen" / "notes").touch()
    zen_file.remove(root)
    zen_file.remove(root)
    assert [path.name for path in (tmp_path / ".zen").iterdir()] == ["notes"]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="permissions do not count here")
def test_a_folder_that_cannot_be_written_is_refused(root: str, tmp_path: Path) -> None:
    (tmp_path / ".zen").chmod(0o500)
    try:
        with pytest.raises(NotAllowedError, match="cannot be written"):
            zen_file.prepare(root, "default", "new", CHANGE)
    finally:
        (tmp_path / ".zen").chmod(0o700)


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".zen").touch()
    with pytest.raises(NotAllowedError, match="cannot be written"):
        zen_file.prepare(str(tmp_path), "default", "new", CHANGE)
    assert (tmp_path / ".zen").is_file()
