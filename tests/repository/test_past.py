"""A look at the past says what a machine says on which nothing more has happened yet."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest

from tests.ledger.histories import Wanderer, everything
from tests.ledger.machines import Machine
from tests.support.hints import hint_of
from zenml.active.variables import PROFILE_VARIABLE, STACK_VARIABLE
from zenml.domain.component_types import COMPONENT_TYPES
from zenml.domain.errors import ChangeNotFoundError, InvalidValueError, LedgerError, ProfileNotFoundError
from zenml.ledger.ledger import Ledger
from zenml.projections import stored_events, views
from zenml.projections.timeline import history, points
from zenml.projections.timeline.filters import Filter
from zenml.snapshot.exports import profile_export
from zenml.snapshot.point import Point
from zenml.snapshot.snapshot import Snapshot
from zenml.unit_of_work import work

BEGAN = "zenml:ChangeBegan"


def wild_clock(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Makes the clock of every change jump, back as well as forth."""
    random, start = Random(seed), datetime(2026, 11, 17, tzinfo=UTC)

    def clock() -> str:
        time = start + timedelta(minutes=random.randrange(90))
        return time.isoformat(timespec="microseconds").replace("+00:00", "Z")

    monkeypatch.setattr(work, "Ledger", partial(Ledger, clock=clock))


@pytest.fixture(params=["everything", 1, 2])
def lived(request: pytest.FixtureRequest, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
    if request.param == "everything":
        everything(machine)
        return machine
    wild_clock(monkeypatch, request.param)
    walker = Wanderer(machine, seed=request.param)
    walker.walk(15)
    walker.here.put_label("halfway")
    walker.walk(30)
    return machine


@contextmanager
def prefixes(machine: Machine) -> Iterator[Iterator[tuple[history.ChangeRow, sqlite3.Connection]]]:
    """Yields each change, and views made of what was stored up to it, in the order of recording."""
    with machine.reading() as database, closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
        database.backup(copy)
        rows = list(stored_events.events(database))
        changes = {row.change_id: row for row in history.history(database)}
        ends: dict[str, int] = {}
        for number, row in enumerate(machine.events()):
            if row.topic == BEGAN:
                ends[row.fields["change_id"]] = max(
                    ends.get(row.fields["change_id"], 0), number + row.fields["count"] + 1
                )

        def each() -> Iterator[tuple[history.ChangeRow, sqlite3.Connection]]:
            for change_id, end in ends.items():
                views.rebuild(copy, rows[:end])
                yield changes[change_id], copy

        yield each()


SHREDDED = "watched"
"""A component with a secret that was destroyed since: at no point in the past it has its value any more."""


def answers(now: Snapshot) -> dict[str, Any]:
    """Everything one can ask."""
    return {
        "profiles": now.profiles(),
        "profile": now.active.profile,
        "stack": now.active.stack,
        "stacks": now.stacks(),
        "one by one": [now.stack(stack.name) for stack in now.stacks()],
        "components": [[it for it in now.components(kind) if it.name != SHREDDED] for kind in COMPONENT_TYPES],
        "each": [
            now.component(kind, it.name)
            for kind in COMPONENT_TYPES
            for it in now.components(kind)
            if it.name != SHREDDED
        ],
        "flavors": [now.flavors.of(kind) for kind in COMPONENT_TYPES],
        "labels": [(it.label, it.letters) for it in now.labels()],
        "export": profile_export(now),
    }


def test_at_every_change_everything_is_as_it_was(lived: Machine) -> None:
    machine_id = lived.machine_id()
    asked = 0
    with lived.reading() as database, prefixes(lived) as each:
        for change, copy in each:
            then = Snapshot(database, machine_id, None, point=Point(change.number, change, None))
            was = Snapshot(copy, machine_id, None)
            assert answers(then) == answers(was), change.summary
            assert then.context == was.context
            for context in (None, was.context):
                for fold in (False, True):
                    found = history.history(database, context, None, Filter(fold=fold, upto=change.number))
                    assert found == history.history(copy, context, None, Filter(fold=fold))
                newest = history.history(database, context, 3, Filter(fold=True, upto=change.number))
                assert newest == history.history(copy, context, 3, Filter(fold=True))
            asked += 1
    assert asked > 20


def test_as_of_a_time_is_the_last_change_whose_clock_says_so(lived: Machine) -> None:
    recorded = [(number, time) for number, time in lived.query("SELECT number, time FROM changes ORDER BY number")]
    with lived.reading() as database:
        for _, time in [*recorded, (0, "2000"), (0, "2100")]:
            for near in (time[:-4] + "000Z", time):
                expected = max((number for number, it in recorded if it <= near), default=0)
                assert points.number_at(database, near) == expected


def test_no_look_at_the_past_reads_an_event(lived: Machine) -> None:
    here = lived.repository()
    middle = here.history(everything=True)[10]
    with here.reading() as now:
        statements: list[str] = []
        now.connection.set_trace_callback(statements.append)
        then = Snapshot(
            now.connection, now.machine_id, None, point=Point(middle.number, now.numbered(middle.number), None)
        )
        answers(then)
        history.history(now.connection, then.context, None, Filter(fold=True, upto=middle.number))
    assert len(statements) > 50
    assert not [sql for sql in statements if "stored_events" in sql]


def test_the_repository_has_a_view_of_the_past(used: Machine) -> None:
    here = used.repository()
    here.register_component("artifact_store", "s", "local", {"path": "/one"}, frozenset({"path"}))
    change = here.combine_stack("prod", {"artifact_store": "s", "orchestrator": "default"}, activate=True)
    assert change is not None
    here.put_label("release 1", change.letters)
    here.update_component("artifact_store", "s", {"path": "/two"})
    here.activate_stack("default")
    here.deregister_stack("prod")
    then = here.at("release 1")
    assert then.active_stack_name == "prod"
    assert [it.name for it in then.stacks] == ["default", "prod"]
    assert then.get_stack_component("artifact_store", "s").parameters == {"path": "/one"}
    assert then.active_stack.artifact_store.name == "s"
    assert then.history()[0].change_id == change.change_id
    assert [it.next_to_undo for it in then.history()] == [False] * 3
    assert then.labels == []
    assert then.at("now").active_stack_name == "default"
    assert not hasattr(then, "register_component")
    assert not hasattr(then, "undo")


def test_a_profile_that_is_gone_has_a_past(used: Machine) -> None:
    here = used.repository()
    here.create_profile("team")
    here.activate_profile("team")
    stack = here.combine_stack("theirs", {"artifact_store": "default", "orchestrator": "default"}, activate=True)
    assert stack is not None
    here.activate_profile("default")
    here.delete_profile("team")
    then = here.at(stack.letters)
    assert (then.active_profile_name, then.active_stack_name) == ("team", "theirs")
    assert [it.name for it in then.profiles] == ["default", "team"]
    assert then.blame("stack", "theirs", "name")[0].author.change_id == stack.change_id
    assert "name: theirs" in then.ask(profile_export)


def test_the_past_of_the_profile_that_is_active_now(used: Machine) -> None:
    here = used.repository()
    here.create_profile("team")
    here.activate_profile("team")
    point = here.history(limit=1)[0].letters
    here.register_component("artifact_store", "s", "local", {"path": "/one"})
    away = here.history(limit=1)[0].letters
    here.activate_profile("default")
    here.rename_profile("default", "home")
    assert here.at(away).active_profile_name == "team"
    assert [it.name for it in here.at(away).list_components("artifact_store")] == ["default", "s"]
    same = here.at(away, same_profile=True)
    assert [it.name for it in same.list_components("artifact_store")] == ["default"]
    assert same.active_stack_name == "default"
    assert [it.letters for it in same.history()] == [it.letters for it in here.history(before=same.point.number)]
    here.activate_profile("team")
    first = here.history(oldest=1)[0].letters
    assert here.at(first, same_profile=True).list_stacks() == []
    assert here.at(point, same_profile=True).active_stack_name == "default"


def test_what_was_undone_later_was_in_effect(used: Machine) -> None:
    here = used.repository()
    change = here.register_component("orchestrator", "o", "local", {})
    undo = here.undo()
    here.redo()
    assert change is not None
    assert undo is not None
    assert [it.undone_by for it in here.at(change.letters).history()] == [None, None]
    assert [it.undone_by for it in here.at(undo.letters).history()] == [None, undo.change_id, None]


def test_a_variable_names_whose_past_is_looked_at(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    here = used.repository()
    first = here.history()[0].letters
    here.create_profile("team")
    here.activate_profile("team")
    here.combine_stack("theirs", {"artifact_store": "default", "orchestrator": "default"})
    monkeypatch.setenv(STACK_VARIABLE, "theirs")
    assert here.at("now").active_profile_name == "team"
    assert here.at("now").active_stack_name == "default"  # a variable of now says nothing of then
    monkeypatch.setenv(PROFILE_VARIABLE, "team")
    assert [it.name for it in here.at("now").list_stacks()] == ["default", "theirs"]
    then = here.at(first)
    assert then.active.notices == ["Profile 'team', which ZENML_ACTIVATED_PROFILE names, did not exist then."]
    assert [it.name for it in then.profiles] == ["default"]
    for asked in (lambda: then.active_profile_name, then.list_stacks, lambda: then.active_stack):
        with pytest.raises(ProfileNotFoundError, match="'team', which ZENML_ACTIVATED_PROFILE names") as refused:
            asked()
        assert f"zenml profile list --at {first[:4]}" in hint_of(refused.value)


def test_a_repository_has_the_choice_that_was_recorded(used: Machine) -> None:
    root = used.folder("project")
    here = used.repository()
    here.combine_stack("prod", {"artifact_store": "default", "orchestrator": "default"})
    here.initialize(root)
    inside = used.repository(root)
    before = inside.history()[0].letters
    chosen = inside.activate_stack("prod")
    assert chosen is not None
    inside.activate_stack("default")
    assert inside.at(before).active_stack_name == "default"
    assert inside.at(chosen.letters).active_stack_name == "prod"
    assert here.at(chosen.letters).active_stack_name == "default"


@pytest.mark.parametrize(
    ("what", "kind", "words"),
    [
        ("2020-01-01", ChangeNotFoundError, "nothing was recorded yet"),
        ("nothing at all", InvalidValueError, "is not a change, label or time"),
        ("kkkk", ChangeNotFoundError, "Change 'kkkk' does not exist"),
        ("", InvalidValueError, "is not a change"),
    ],
)
def test_what_is_no_point_is_named(used: Machine, what: str, kind: type[LedgerError], words: str) -> None:
    with pytest.raises(kind) as caught:
        used.repository().at(what)
    assert words in caught.value.message
    assert "zenml history" in hint_of(caught.value)


def test_letters_that_begin_several_changes_are_refused(used: Machine) -> None:
    here = used.repository()
    while len({it.letters[0] for it in here.history()}) == len(here.history()):
        here.put_label(f"label {len(here.history())}")
    seen = [it.letters[0] for it in here.history()]
    twice = next(letter for letter in seen if seen.count(letter) > 1)
    with pytest.raises(ChangeNotFoundError, match="More than one change"):
        here.at(twice)


def test_a_day_stands_for_its_end_and_the_future_for_now(used: Machine) -> None:
    here = used.repository()
    newest = here.history()[0]
    for what in ("today", "now", datetime.now(UTC) + timedelta(days=3), newest.time):
        assert here.at(what).point.change.change_id == newest.change_id
    assert (here.at("today").understood or "").endswith(f"change {newest.change}")


def test_a_word_that_is_a_time_and_could_be_letters_is_a_time(used: Machine) -> None:
    here = used.repository()
    assert not any(it.letters.startswith("noon") for it in here.history())
    with pytest.raises(ChangeNotFoundError, match="12:00") as caught:
        here.at("noon")
    assert "recorded yet" in caught.value.message
