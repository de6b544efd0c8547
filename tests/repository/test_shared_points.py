"""Points in the past of a profile that several machines share, whose clocks are apart."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.repository.merging_model import Merged
from tests.support.letters import in_full
from tests.support.members import Member, Team
from zenml.domain.errors import UndoConflictError
from zenml.history.watching import beyond
from zenml.repository import Repository

PARTS = {"orchestrator": "default", "artifact_store": "default", "metadata_store": "default"}


@pytest.fixture
def team(tmp_path: Path) -> Team:
    """Two machines; the clock of the second one is an hour ahead."""
    return Team(tmp_path)


@pytest.fixture
def punctual(tmp_path: Path) -> Team:
    """Two machines whose clocks are right."""
    return Team(tmp_path, timedelta(0))


def rename(old: str, new: str) -> Callable[[Repository], object]:
    return lambda repository: repository.rename_stack(old, new)


def create(profile: str) -> Callable[[Repository], object]:
    return lambda repository: repository.create_profile(profile)


def stacks(member: Member, point: str) -> list[str]:
    """Returns the names of the stacks at a point, as the command line has them."""
    return [row["STACK NAME"] for row in member.done("stack", "list", "--at", point).rows]


def listed(member: Member, *words: str) -> list[str]:
    """Returns what `zenml history` lists, the newest first."""
    return [
        change["summary"] for change in json.loads(member.done("history", "-o", "json", *words).stdout)["changes"]
    ]


def utc(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_clock_that_is_ahead_is_corrected_by_what_comes_later_in_the_profile(team: Team) -> None:
    before = team.one.time.now
    team.other.does(rename("default", "theirs"))
    team.to_one()
    assert stacks(team.one, utc(before + timedelta(minutes=30))) == ["default"]
    team.one.does(rename("theirs", "mine"))
    assert stacks(team.one, utc(before + timedelta(minutes=30))) == ["mine"]
    assert stacks(team.one, utc(before)) == ["default"]


def test_what_arrives_late_stands_where_its_time_is(punctual: Team) -> None:
    early = punctual.one.does(create("early"))
    theirs = punctual.other.does(rename("default", "theirs"))
    late = punctual.alone(punctual.one, create("late"))
    with punctual.out_of_reach():
        assert stacks(punctual.one, late) == ["default"]
    punctual.to_one()
    assert [stacks(punctual.one, it) for it in (early, theirs, late)] == [["default"], ["theirs"], ["theirs"]]
    assert listed(punctual.one)[:3] == [
        "create profile 'late'",
        "rename stack 'default' to 'theirs'",
        "create profile 'early'",
    ]
    assert listed(punctual.one, "--at", theirs)[:2] == [
        "rename stack 'default' to 'theirs'",
        "create profile 'early'",
    ]
    with punctual.one.here() as repository:
        assert [it.letters for it in repository.history(everything=True)][:3] == [late, theirs, early]


def test_a_difference_and_an_author_are_those_of_the_time_and_not_of_the_arrival(punctual: Team) -> None:
    early = punctual.one.does(create("early"))
    theirs = punctual.other.does(rename("default", "theirs"))
    late = punctual.alone(punctual.one, create("late"))
    punctual.to_one()
    with punctual.one.here() as repository:
        assert not repository.diff(theirs, late).differences
        assert repository.diff(early, late).differences
        (name,) = repository.at(late).blame("stack", "theirs", "name", own=True)
        assert name.author.letters == theirs
        (name,) = repository.at(early).blame("stack", "default", "name", own=True)
        assert name.author.letters != theirs


def test_a_point_that_was_found_stays_the_same_change_when_something_arrives(punctual: Team) -> None:
    punctual.other.does(rename("default", "theirs"))
    late = punctual.alone(punctual.one, create("late"))
    with punctual.out_of_reach(), punctual.one.here() as repository:
        past = repository.at(late)
        assert [it.name for it in past.list_stacks()] == ["default"]
    punctual.to_one()
    with punctual.one.here():
        assert [it.letters for it in past.history(limit=1)] == [late]
        assert [it.name for it in past.list_stacks()] == ["theirs"]  # which was there then


def test_a_label_restores_what_the_profile_had_at_its_change(punctual: Team) -> None:
    punctual.one.does(rename("default", "first"))
    first = punctual.one.does(lambda repository: repository.put_label("release"))
    punctual.to_other()
    punctual.other.does(rename("first", "second"))
    late = punctual.alone(punctual.one, create("late"))
    punctual.to_one()
    assert stacks(punctual.one, "release") == ["first"]
    assert stacks(punctual.one, first) == ["first"]
    assert stacks(punctual.one, late) == ["second"]
    punctual.one.does(lambda repository: repository.restore("release"))
    assert stacks(punctual.one, "now") == ["first"]
    punctual.one.does(lambda repository: repository.restore(late))
    assert stacks(punctual.one, "now") == ["second"]


def test_what_was_active_is_what_this_machine_had_chosen_then(punctual: Team) -> None:
    punctual.one.does(lambda repository: repository.combine_stack("prod", PARTS))
    punctual.to_other()
    before = punctual.one.does(create("early"))
    punctual.other.does(lambda repository: repository.activate_stack("prod"))
    punctual.other.does(rename("prod", "production"))
    chosen = punctual.alone(punctual.one, lambda repository: repository.activate_stack("prod"))
    punctual.to_one()
    with punctual.one.here() as repository:
        assert repository.at(before).active_stack_name == "default"
        assert repository.at(chosen).active_stack_name == repository.active_stack_name == "production"


def test_bisect_tries_the_changes_in_the_order_in_which_they_were_made(punctual: Team) -> None:
    good = punctual.one.does(create("early"))
    theirs = punctual.other.does(rename("default", "theirs"))
    punctual.other.does(rename("theirs", "theirs-too"))
    bad = punctual.one.does(create("late"))
    punctual.to_one()
    script = "import sys; from zenml.repository import Repository as R; sys.exit('default' not in "
    command = [sys.executable, "-c", f"{script}[it.name for it in R().list_stacks()])"]
    with punctual.one.here() as repository:
        found = repository.bisect(good, bad, command)
    assert found.first is not None
    assert found.first.letters == theirs


def test_bisect_does_nothing_in_the_database_that_others_use(punctual: Team) -> None:
    secret = {"host": "h", "database": "d", "username": "u", "password": "hunter2"}
    good = punctual.one.does(lambda it: it.register_component("metadata_store", "db", "mysql", secret))
    punctual.to_other()
    theirs = punctual.other.does(rename("default", "theirs"))
    bad = punctual.one.does(create("late"))
    punctual.to_one()
    before = listed(punctual.one)
    script = """
from zenml.repository import Repository
here = Repository()
if here.get_stack_component("metadata_store", "db").parameters["password"] != "hunter2":
    raise SystemExit(125)
here.put_label("tried")
here.get_stack("default")
"""
    with punctual.one.here() as repository:
        found = repository.bisect(good, bad, [sys.executable, "-c", script])
    assert found.first is not None
    assert found.first.letters == theirs
    punctual.to_one()
    assert listed(punctual.one) == before


def test_times_choose_by_what_each_clock_said(team: Team) -> None:
    began = team.one.time.now
    team.other.does(rename("default", "theirs"))
    team.one.does(create("mine"))
    team.to_one()
    half_past = utc(began + timedelta(minutes=30))
    assert listed(team.one, "--since", half_past) == ["rename stack 'default' to 'theirs'"]
    assert listed(team.one, "--since", utc(began), "--until", half_past) == ["create profile 'mine'"]


def test_undo_finds_what_came_later_in_the_profile_whatever_the_clocks_say(team: Team) -> None:
    theirs = team.other.does(rename("default", "theirs"))
    team.to_one()
    mine = team.one.does(rename("theirs", "mine"))
    with team.one.here() as repository:
        (ahead,) = [it for it in repository.history() if it.letters == theirs]
        assert ahead.later is not None
        assert repository.show(theirs).dependents[0].letters == mine
        with pytest.raises(UndoConflictError) as raised:
            repository.undo(theirs)
        assert raised.value.later == (mine,)
        undone = repository.undo()
        assert undone is not None
        assert [it.letters for it in repository.history() if it.change_id in undone.targets] == [mine]


def test_a_watcher_sees_what_arrives_even_if_it_was_made_before(punctual: Team) -> None:
    theirs = punctual.other.does(rename("default", "theirs"))
    punctual.alone(punctual.one, create("late"))
    with punctual.out_of_reach(), punctual.one.here() as repository:
        seen, _ = repository.ask(lambda now: beyond(now, None, everything=True, latest=0))
    punctual.to_one()
    after = punctual.one.does(create("later"))
    with punctual.one.here() as repository:
        seen, found = repository.ask(lambda now: beyond(now, seen, everything=True, latest=0))
        assert [it.letters for it in found] == [theirs, after]
        assert repository.ask(lambda now: beyond(now, seen, everything=True, latest=0)) == (seen, [])


@pytest.mark.parametrize("by", ["file", "change"])
def test_an_export_that_goes_on_has_what_arrived_since(punctual: Team, tmp_path: Path, by: str) -> None:
    theirs = punctual.other.does(rename("default", "theirs"))
    punctual.alone(punctual.one, create("late"))
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    export = punctual.alone(
        punctual.one, lambda repository: repository.export_record(str(first), "jsonl", everything=True)
    )
    punctual.to_one()
    earlier = str(first) if by == "file" else export
    punctual.one.does(
        lambda repository: repository.export_record(str(second), "jsonl", everything=True, since_export=earlier)
    )
    assert f'"{theirs}"' not in first.read_text()
    assert f'"{theirs}"' in second.read_text()


def test_what_one_machine_does_by_itself_is_numbered_as_it_is_recorded(team: Team) -> None:
    made = [team.one.does(create(f"p{number}")) for number in range(3)]
    team.one.time.now -= timedelta(hours=2)
    made += [team.one.does(create(f"p{number}")) for number in range(3, 6)]
    model = Merged(team.one.events(), team.profile.profile_ledger_id)
    assert [it.letters for it in model.order][-6:] == made
    with team.one.here() as repository:
        assert [it.letters for it in repository.history(limit=6, reverse=True)] == made


def test_a_choice_that_is_in_the_way_of_an_undo_is_named_whatever_the_clocks_say(team: Team) -> None:
    theirs = team.other.does(lambda repository: repository.combine_stack("prod", PARTS))
    team.to_one()
    mine = team.one.does(lambda repository: repository.activate_stack("prod"))  # by its clock before
    why = ("--any-actor", "--reason", "not wanted")
    refused = team.one.run("undo", theirs, *why, check=3)
    said = in_full(refused.said, mine, theirs)
    assert f"since change {mine} (activate stack 'prod'" in said
    assert f"undo {theirs} --cascade" in said
    team.one.done("undo", theirs, "--cascade", "--dry-run", *why)
    team.one.done("undo", theirs, mine, *why)
    assert stacks(team.one, "now") == ["default"]
