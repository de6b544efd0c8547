"""What the filters of history find: the same as looking at every change, one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args

import pytest

from tests.ledger.histories import PARTS, Wanderer
from tests.ledger.machines import Machine
from tests.support.hints import hint_of
from zenml.domain.errors import (
    InvalidValueError,
    LedgerError,
    ProfileNotFoundError,
    StackComponentNotFoundError,
    StackNotFoundError,
)
from zenml.domain.events import Kind
from zenml.history.changes import ChangeInfo
from zenml.ledger.origin import origin
from zenml.projections.timeline.filters import KINDS
from zenml.projections.timeline.history import by_id
from zenml.projections.timeline.undoable import later

CHOSEN = ("old", "new", "profile", "stack", "old_profile", "new_profile", "old_stack", "new_stack")


def summaries(found: list[ChangeInfo]) -> list[str]:
    return [it.summary for it in found]


def texts(it: ChangeInfo) -> str:
    return f"{it.told}{it.summary}{it.reason}{it.command}"


def events_of(machine: Machine) -> dict[str, list[tuple[str, str, dict[str, Any]]]]:
    """Returns the events of each change: ledger, topic and fields."""
    found: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    change_of_ledger: dict[str, str] = {}
    for row in machine.events():
        if row.topic == "zenml:ChangeBegan":
            change_of_ledger[row.ledger_id] = row.fields["change_id"]
        else:
            found.setdefault(change_of_ledger[row.ledger_id], []).append((row.ledger_id, row.topic, row.fields))
    return found


def ids_ever(machine: Machine, key: str, name: str, ledger_id: str | None = None) -> set[str]:
    """Returns the ids of things that ever had a name, by what the events say."""
    return {
        fields[key]
        for events in events_of(machine).values()
        for ledger, _, fields in events
        if key in fields and name in (fields.get("name"), fields.get("old_name"), fields.get("new_name"))
        if ledger_id in (None, ledger)
    }


def test_the_kinds_are_those_of_the_events() -> None:
    assert get_args(Kind) == KINDS


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ({"kinds": ["undo"]}, lambda it: it.kind == "undo"),
        ({"kinds": ["init", "outside"]}, lambda it: it.kind in ("init", "outside")),
        ({"actor": "unknown"}, lambda it: it.actor == "unknown"),
        ({"actor": "nobody of this name"}, lambda it: False),
        ({"fold": True}, lambda it: it.undone_by is None and it.kind not in ("undo", "redo")),
        ({"grep": "STACK"}, lambda it: "stack" in f"{it.told} {it.summary} {it.reason} {it.command}".lower()),
        ({"grep": "реестр"}, lambda it: "реестр" in it.summary),
        ({"grep": "РЕЕСТР"}, lambda it: "реестр" in it.summary),
        ({"grep": "asks for it"}, lambda it: "asks for it" in (it.reason or "")),
        ({"grep": "--password"}, lambda it: "--password" in (it.command or "")),
        ({"grep": "%"}, lambda it: False),
        ({"grep": "_"}, lambda it: "_" in texts(it)),
        ({"limit": 4}, None),
        (
            {"kinds": ["change"], "grep": "b"},
            lambda it: it.kind == "change" and "b" in texts(it),
        ),
    ],
    ids=lambda given: str(given) if isinstance(given, dict) else "",  # a function's text differs by process
)
def test_a_filter_finds_what_fits(
    lived: Machine, wanted: dict[str, Any], fits: Callable[[ChangeInfo], bool] | None
) -> None:
    here = lived.repository()
    every = here.history(everything=True)
    expected = [it for it in every if fits(it)] if fits else every[:4]
    assert here.history(everything=True, **wanted) == expected
    assert here.history(everything=True, reverse=True, **wanted) == expected[::-1]
    in_context = {it.change_id for it in here.history()}
    if fits:
        assert here.history(**wanted) == [it for it in expected if it.change_id in in_context]


def test_mine_is_by_name_and_kind(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    here = used.repository()
    here.rename_stack("default", "a")
    monkeypatch.setenv("CI", "true")
    here.rename_stack("a", "b")
    assert summaries(here.history(mine=True)) == ["rename stack 'a' to 'b'"]
    assert summaries(here.history(actor=here.history()[0].actor))[:2] == [
        "rename stack 'a' to 'b'",
        "rename stack 'default' to 'a'",
    ]
    monkeypatch.delenv("CI")
    assert summaries(here.history(mine=True))[0] == "rename stack 'default' to 'a'"


@pytest.mark.parametrize("name", ["default", "a", "ä", "b", "prod", "生产", "生产环境", "theirs"])
def test_a_stack_is_found_by_every_name_it_had(lived: Machine, name: str) -> None:
    here = lived.repository()
    ids = ids_ever(lived, "stack_id", name)
    assert ids
    expected = {
        change_id
        for change_id, events in events_of(lived).items()
        for _, _, fields in events
        if fields.get("stack_id") in ids
        or any(_chosen(fields.get(key)) in ids for key in CHOSEN if key not in ("url",))
    }
    assert {it.change_id for it in here.history(everything=True, stack=name, own=True)} == expected


def test_a_stack_here_is_none_of_another_profile(lived: Machine) -> None:
    here = lived.repository()
    ids = ids_ever(lived, "stack_id", "default", lived.profile_ledger("default"))
    found = here.history(stack="default", own=True)
    assert found
    assert {it.change_id for it in found} < {
        it.change_id for it in here.history(everything=True, stack="default", own=True)
    }
    for it in found:
        events = events_of(lived)[it.change_id]
        assert any(one in str(fields) for _, _, fields in events for one in ids)
    with pytest.raises(StackNotFoundError):
        here.history(stack="theirs")
    assert here.history(stack="theirs", profile="команда")


def test_a_component_has_its_own_changes_and_none_of_its_stacks(lived: Machine) -> None:
    here = lived.repository()
    assert summaries(here.history(component="orchestrator/docker two", reverse=True)) == [
        "register orchestrator 'docker'",
        "unset docker_parent_image of orchestrator 'docker'",
        "register stack 'a', register stack 'b', rename orchestrator 'docker' to 'docker two',"
        " activate stack 'a' in profile 'default'",
    ]
    assert here.history(component="orchestrator/docker") == here.history(component="orchestrator/docker two")
    gone = here.history(component="secrets-manager/keeper")
    assert gone == here.history(component="secrets_manager/keeper")
    assert summaries(gone) == ["delete secrets manager 'keeper'", "register secrets manager 'keeper'"]
    assert summaries(here.history(component="artifact-store/😀", limit=1)) == [
        "rename artifact store '😀' to '\uff71 after \U00010000'"
    ]


def test_two_things_at_once_are_both_in_it(used: Machine) -> None:
    here = used.repository()
    here.register_component("orchestrator", "o", "local", {})
    with here.change():
        here.rename_component("orchestrator", "o", "p")
        here.rename_stack("default", "s")
    both = here.history(stack="s", own=True, component="orchestrator/o")
    assert [it.change_id for it in both] == [here.history()[0].change_id]
    here.deregister_stack_component("orchestrator", "p")
    assert here.history(stack="s", own=True, component="orchestrator/p") == here.history(stack="s", limit=1)


def test_another_profile_shows_its_contents_and_the_machines(lived: Machine) -> None:
    here = lived.repository()
    theirs = here.history(profile="команда")
    assert "register stack 'theirs', activate stack 'theirs' in profile 'команда'" in summaries(theirs)
    assert "register artifact store '😀'" not in summaries(theirs)
    assert "activate profile 'default'" in summaries(theirs)
    own = {it.change_id for it in here.history()}
    assert {it.change_id for it in here.history(profile="default")} <= own


def test_a_deleted_profile_is_found_by_its_name(used: Machine) -> None:
    here = used.repository()
    here.create_profile("brief")
    here.activate_profile("brief")
    here.combine_stack("lost", PARTS)
    here.activate_profile("default")
    here.delete_profile("brief")
    assert "register stack 'lost'" in summaries(here.history(profile="brief"))
    here.create_profile("brief")
    assert "register stack 'lost'" not in summaries(here.history(profile="brief"))


def test_time_has_two_ends_and_both_belong_to_it(lived: Machine) -> None:
    here = lived.repository()
    every = here.history(everything=True)
    times = [datetime.fromisoformat(it.time) for it in every]
    middle, last = times[len(times) // 2], times[0]
    since, until = middle - timedelta(seconds=0), last - timedelta(microseconds=1)
    expected = [it for it, time in zip(every, times, strict=True) if since <= time <= until]
    assert here.history(everything=True, since=since, until=until) == expected
    elsewhere = timezone(timedelta(hours=5, minutes=45))
    assert here.history(everything=True, since=since.astimezone(elsewhere), until=until) == expected
    local = middle.astimezone().replace(tzinfo=None)  # without a zone: that of this machine
    assert here.history(everything=True, since=local, until=until) == expected
    assert here.history(until=datetime(2000, 1, 1, tzinfo=UTC)) == []


def test_what_cancels_out_is_folded_and_what_is_redone_is_not(used: Machine) -> None:
    here = used.repository()
    here.combine_stack("a", PARTS)
    kept = summaries(here.history(fold=True))
    here.combine_stack("b", PARTS)
    here.undo()
    assert summaries(here.history(fold=True)) == kept
    here.undo(here.history(limit=1)[0].letters)  # the undo of the undo
    assert summaries(here.history(fold=True)) == ["register stack 'b'", *kept]
    assert len(here.history()) == len(kept) + 3


def test_an_undo_is_not_folded_if_what_it_took_back_is_from_before(used: Machine) -> None:
    here = used.repository()
    here.combine_stack("a", PARTS)
    since = datetime.fromisoformat(here.history()[0].time) + timedelta(microseconds=1)
    here.combine_stack("b", PARTS)
    here.undo()
    here.undo()
    folded = here.history(fold=True, since=since)
    assert [(it.kind, it.told.split(": ")[1]) for it in folded] == [("undo", "register stack 'a'")]


@pytest.mark.parametrize("seed", [3, 4])
def test_marks_say_what_is_undone_what_follows_and_what_is_next(used: Machine, seed: int) -> None:
    Wanderer(used, seed).walk(40)
    here = used.repository()
    every = here.history(everything=True)
    undone = {}
    with used.reading() as database:
        for it in every:
            if it.undone_by:
                undone[it.change_id] = it.undone_by
                assert it.later is None
            row = by_id(database, it.change_id)
            assert row is not None
            assert it.later is None or (it.kind != "init" and later(database, row) is not None)
    targets = {target: it.change_id for it in every if not it.undone_by for target in it.targets}
    assert undone == targets
    marked = [it for it in every if it.next_to_undo]
    done = here.undo()
    assert [it.change_id for it in marked] == (list(done.targets) if done else [])


def test_a_change_is_followed_by_the_newest_one_that_may_be_in_its_way(used: Machine) -> None:
    here = used.repository()
    here.register_component("orchestrator", "o", "local", {})
    here.combine_stack("a", {**PARTS, "orchestrator": "o"})
    here.combine_stack("b", {**PARTS, "orchestrator": "o"})
    here.rename_stack("a", "c")
    here.rename_stack("c", "d")
    here.undo()
    found = {it.summary: it for it in here.history()}
    register_a, rename = found["register stack 'a'"], found["rename stack 'a' to 'c'"]
    assert register_a.later == rename.change_id  # the rename to 'd' is undone
    assert found["register orchestrator 'o'"].later == found["register stack 'b'"].change_id
    assert found["register stack 'b'"].later is None  # it only uses what the others use too
    assert rename.later is None


def test_plain_undo_is_not_foretold_where_it_stops(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    here = used.repository()
    here.combine_stack("a", PARTS)
    assert [it.summary for it in here.history() if it.next_to_undo] == ["register stack 'a'"]
    monkeypatch.setenv("ZENML_SESSION", "another terminal")
    assert not any(it.next_to_undo for it in here.history())
    monkeypatch.delenv("ZENML_SESSION")
    inside = used.folder("inside")
    here.initialize(inside)
    used.repository(inside).combine_stack("b", PARTS)
    assert not any(it.next_to_undo for it in here.history())
    assert [it.summary for it in used.repository(inside).history() if it.next_to_undo] == ["register stack 'b'"]


@pytest.mark.parametrize(
    ("wanted", "error", "said"),
    [
        ({"stack": "prd"}, StackNotFoundError, "Did you mean 'prod'"),
        ({"component": "orchestrator/dokcer"}, StackComponentNotFoundError, "Did you mean 'docker'"),
        ({"component": "orchestrater/docker"}, InvalidValueError, "Did you mean 'orchestrator'"),
        ({"component": "nonsense/docker"}, InvalidValueError, "artifact-store, metadata-store"),
        ({"component": "docker"}, InvalidValueError, "orchestrator/docker"),
        ({"profile": "defalt"}, ProfileNotFoundError, "Did you mean 'default'"),
        ({"kinds": ["undone"]}, InvalidValueError, "init, change, undo"),
        ({"profile": "default", "everything": True}, InvalidValueError, "one or the other"),
    ],
    ids=str,
)
def test_what_never_was_is_named(
    lived: Machine, wanted: dict[str, Any], error: type[LedgerError], said: str
) -> None:
    with pytest.raises(error) as refused:
        lived.repository().history(**wanted)
    assert said in hint_of(refused.value)


def test_whoever_asks_is_who_would_undo(used: Machine) -> None:
    here = used.repository()
    here.rename_stack("default", "a")
    newest, who = here.history(limit=1)[0], origin(None, None, None)
    assert (newest.actor, newest.actor_kind, newest.session) == (who.actor, who.actor_kind, who.session)


def _chosen(value: object) -> object:
    return value.get("chosen_id") if isinstance(value, dict) else None
