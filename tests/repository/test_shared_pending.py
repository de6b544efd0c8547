"""A change with a part in a shared ledger and one on the machine: the second part follows, whatever happened."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.members import Member, Team
from zenml import paths
from zenml.domain.change_ids import letters
from zenml.domain.errors import CommitUnknownError
from zenml.projections.timeline import history
from zenml.repository import Repository
from zenml.stores.shared.store import SharedStore
from zenml.stores.shared_database.locked import LockedShared

PARTS = {"orchestrator": "default", "artifact_store": "default", "metadata_store": "default"}


class KilledError(BaseException):
    """Ends the program as a kill does: nothing is cleaned up."""


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path)


def killed(monkeypatch: pytest.MonkeyPatch, member: Member, does: Callable[[Repository], object], at: str) -> None:
    """Does something, and ends the program right before or after the commit in the database."""
    commit = LockedShared.commit

    def die(locked: LockedShared) -> None:
        if at == "after":
            commit(locked)
        raise KilledError

    with monkeypatch.context() as patched, member.here() as repository:
        patched.setattr(LockedShared, "commit", die)
        with pytest.raises(KilledError):
            does(repository)


def register(name: str) -> Callable[[Repository], object]:
    return lambda repository: repository.combine_stack(name, PARTS, activate=True)


def waiting(member: Member) -> list[str]:
    folder = Path(paths.pending_folder(str(member.config)))
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def parts(member: Member, change_id: str) -> int:
    with member.here() as repository:
        return repository.ask(lambda now: len(history.parts(now.connection, change_id)))


def test_what_is_recorded_in_the_database_is_finished_by_the_next_command(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(monkeypatch, team.one, register("prod"), "after")
    (name,) = waiting(team.one)
    change_id = name.removesuffix(".json")
    assert letters(change_id)[:8] in team.one.done("history", "--all", "-o", "json").stdout
    assert waiting(team.one) == []
    assert parts(team.one, change_id) == 2
    with team.one.here() as repository:
        assert repository.active_stack_name == "prod"
        assert repository.verify().ok
    assert team.one.done("undo").exit == 0
    with team.one.here() as repository:
        assert [stack.name for stack in repository.list_stacks()] == ["default"]


def test_what_is_not_recorded_is_dropped(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    killed(monkeypatch, team.one, register("prod"), "before")
    assert len(waiting(team.one)) == 1
    assert "prod" not in team.one.done("stack", "list").stdout
    assert waiting(team.one) == []


def test_it_waits_while_the_database_is_out_of_reach(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    killed(monkeypatch, team.one, register("prod"), "after")
    with team.out_of_reach():
        said = team.one.done("profile", "list", env={"ZENML_FRESH": "0"}).stderr
        assert "is not recorded on this machine yet" in said
        assert len(waiting(team.one)) == 1
    team.one.done("profile", "list", env={"ZENML_FRESH": "0"})
    assert waiting(team.one) == []


def test_what_a_rule_forbids_by_then_is_said(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    killed(monkeypatch, team.one, register("prod"), "after")
    team.other.does(lambda repository: repository.deregister_stack("prod"))
    said = team.one.done("stack", "list").stderr
    assert "would have done on this machine was not recorded" in said
    assert waiting(team.one) == []
    with team.one.here() as repository:
        assert repository.active_stack_name == "default"


def test_a_profile_that_was_being_made_is_there(
    team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/more.db"
    make: Callable[[Repository], Any] = lambda repository: repository.create_profile(  # noqa: E731
        "more", store_type="sql", url=url
    )
    killed(monkeypatch, team.one, make, "after")
    listed = json.loads(team.one.done("profile", "list", "-o", "json").stdout)["profiles"]
    assert ("more", url) in [(row["name"], row["url"]) for row in listed]
    with team.one.here() as repository:
        repository.activate_profile("more")
        assert [stack.name for stack in repository.list_stacks()] == ["default"]
        assert repository.verify().ok


@pytest.mark.parametrize("is_recorded", [True, False])
def test_a_lost_answer_is_looked_for(team: Team, monkeypatch: pytest.MonkeyPatch, is_recorded: bool) -> None:
    commit, lost = LockedShared.commit, list[int]()

    def lose(locked: LockedShared) -> None:
        if lost or is_recorded:
            commit(locked)
        if not lost:
            lost.append(1)
            raise CommitUnknownError("It is not known whether it was recorded.")

    monkeypatch.setattr(LockedShared, "commit", lose)
    team.one.does(register("prod"))
    with team.one.here() as repository:
        assert repository.active_stack_name == "prod"
        assert [row.summary for row in repository.history()].count("register stack 'prod'") <= 1
        assert repository.verify().ok
    assert waiting(team.one) == []


def test_where_nobody_can_tell_it_is_said_so(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(locked: LockedShared) -> None:
        monkeypatch.setattr(SharedStore, "transaction", lost)
        raise CommitUnknownError("It is not known whether it was recorded.")

    def lost(store: SharedStore) -> None:
        raise CommitUnknownError("The database does not answer.")

    monkeypatch.setattr(LockedShared, "commit", lose)
    with team.one.here() as repository, pytest.raises(CommitUnknownError) as unknown:
        register("prod")(repository)
    assert unknown.value.code == "perhaps_recorded"
    assert unknown.value.values["change"]
