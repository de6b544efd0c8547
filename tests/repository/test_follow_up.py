"""What follows a change: at once at first, then in pauses; large files once a minute, and no other profiles."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.ledger.machines import Machine
from tests.repository.remembering import remembered
from tests.repository.repositories import PARTS
from zenml.files import afterwards
from zenml.unit_of_work import follow_up, profile_yaml

LONG = 60


@pytest.fixture(autouse=True)
def in_a_row(used: Machine, left_for_later: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has changes of a test follow each other without a pause, and be the first of a process."""
    monkeypatch.setattr(follow_up, "_LEAST", LONG)
    monkeypatch.setattr(follow_up, "_from", {})


def shown(machine: Machine, profile: str = "default") -> str:
    return (machine.config / "profiles" / profile / "profile.yaml").read_text(encoding="utf-8")


def noted(machine: Machine) -> int:
    return remembered(machine)[machine.profile_ledger()].size


def test_the_first_change_is_followed_at_once_and_others_at_the_end(used: Machine) -> None:
    used.repository().combine_stack("one", PARTS)
    first = noted(used)
    assert "name: one" in shown(used)
    for name in ("two", "three"):
        used.repository().combine_stack(name, PARTS)
    assert "name: two" not in shown(used)
    assert noted(used) == first
    afterwards.finish()
    assert "name: two" in shown(used)
    assert "name: three" in shown(used)
    assert noted(used) > first


def test_profiles_that_changed_in_a_row_all_have_their_files_written(used: Machine) -> None:
    used.repository().create_profile("team")
    used.repository().combine_stack("one", PARTS)
    used.repository().activate_profile("team")
    used.repository().combine_stack("two", PARTS)
    afterwards.finish()
    assert "name: one" in shown(used)
    assert "name: two" in shown(used, "team")


def test_what_was_left_behind_is_followed_up_by_the_next_change_of_the_profile(used: Machine) -> None:
    path = used.config / "profiles" / "default" / "profile.yaml"
    earlier = path.read_bytes()
    used.repository().combine_stack("one", PARTS)
    path.write_bytes(earlier)  # as if the process had been killed
    follow_up._from.clear()
    used.repository().activate_stack("one")
    assert "name: one" in shown(used)


def test_a_large_file_is_written_once_a_minute(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile_yaml, "_LARGE", 100)
    monkeypatch.setattr(afterwards, "PAUSE", 0)
    before = shown(used)
    used.repository().combine_stack("one", PARTS)
    assert shown(used) == before
    path = used.config / "profiles" / "default" / "profile.yaml"
    a_minute_ago = path.stat().st_mtime - 61
    os.utime(path, (a_minute_ago, a_minute_ago))
    used.repository().combine_stack("two", PARTS)
    assert "name: one" in shown(used)
    assert "name: two" in shown(used)


def test_a_change_looks_at_no_file_of_another_profile(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b", "c"):
        used.repository().create_profile(name)
    afterwards.finish()
    looked_at: list[str] = []
    state = profile_yaml._state

    def noting(target: str) -> tuple[str, str, bool]:
        looked_at.append(Path(target).parent.name)
        return state(target)

    monkeypatch.setattr(profile_yaml, "_state", noting)
    used.repository().combine_stack("one", PARTS)
    afterwards.finish()
    assert set(looked_at) == {"default"}


def test_a_ledger_that_is_gone_in_a_pause_is_made_by_nobody(used: Machine) -> None:
    used.repository().combine_stack("one", PARTS)
    used.repository().combine_stack("two", PARTS)
    for file in used.config.glob("ledger.db*"):
        file.unlink()
    afterwards.finish()
    assert list(used.config.glob("ledger.db*")) == []


@pytest.mark.parametrize("changed", ["first", "second"])
def test_of_two_profiles_in_one_folder_each_goes_on_with_its_own_file(used: Machine, changed: str) -> None:
    shared = used.base / "shared"
    for name in ("first", "second"):
        used.repository().create_profile(name, url=str(shared))
    afterwards.finish()
    files = {
        name: file
        for file in shared.iterdir()
        for name in ("first", "second")
        if f": {name}\n" in file.read_text()
    }
    before = {name: file.read_text() for name, file in files.items()}
    assert len(set(files.values())) == 2
    used.repository().activate_profile(changed)
    used.repository().combine_stack("new", PARTS)
    afterwards.finish()
    assert [name for name, file in files.items() if file.read_text() != before[name]] == [changed]
    assert "name: new" in files[changed].read_text()
