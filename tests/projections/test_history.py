"""What happened, newest first, and what of it undo would take."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.ledger.histories import PARTS, Wanderer
from tests.ledger.machines import Machine
from zenml.domain import commands
from zenml.history.changes import ChangeInfo
from zenml.ledger.ids import new_id
from zenml.projections.timeline import history
from zenml.projections.timeline.history import Context
from zenml.projections.timeline.subjects import subjects, summary
from zenml.projections.timeline.undoable import ActorFilter, later
from zenml.projections.timeline.undoable import undoable as newest_undoable


def context(machine: Machine, repository_id: str | None = None) -> Context:
    return Context(machine.machine_id(), machine.profile_ledger(), repository_id)


def undoable(machine: Machine, actor: str | None = None, *, any_actor: bool = False) -> str | None:
    with machine.reading() as database:
        newest = history.history(database, limit=1)[0]
        mine = ActorFilter(actor or newest.actor or "", newest.actor_kind, newest.host or "", any_actor)
        found = newest_undoable(database, context(machine), mine)
    return found[0].summary if found else None


def test_plain_undo_goes_back_change_by_change_and_stops_at_the_first_run(used: Machine) -> None:
    here = used.repository()
    here.combine_stack("a", PARTS)
    here.combine_stack("b", PARTS)
    assert undoable(used) == "register stack 'b'"
    here.undo()
    assert undoable(used) == "register stack 'a'"
    here.undo()
    assert undoable(used) is None
    assert here.undo() is None


def test_an_undo_that_is_undone_frees_its_change_again(used: Machine) -> None:
    here = used.repository()
    here.combine_stack("a", PARTS)
    made = here.history(limit=1)[0]
    rounds: list[ChangeInfo] = []
    for number in range(5):  # undo, undo of the undo, undo of that …
        here.undo((rounds[-1] if rounds else made).letters)
        rounds.append(here.history(limit=1)[0])
        now = {row.change_id: row.undone_by for row in here.history()}
        assert now[made.change_id] == (rounds[0].change_id if number % 2 == 0 else None)
        assert bool(here.list_stacks()[0].name == "a") == (number % 2 == 1)
        for older, newer in pairwise(rounds):
            in_effect = (number - rounds.index(newer)) % 2 == 0
            assert now[older.change_id] == (newer.change_id if in_effect else None)


def test_somebody_else_has_nothing_to_undo(used: Machine) -> None:
    used.repository().combine_stack("a", PARTS)
    assert undoable(used, "somebody else") is None
    assert undoable(used, "somebody else", any_actor=True) == "register stack 'a'"


def test_history_shows_what_concerns_the_context(used: Machine) -> None:
    here = used.repository()
    here.create_profile("team")
    here.activate_profile("team")
    here.combine_stack("theirs", PARTS)
    here.activate_profile("default")
    one, other = used.folder("one"), used.folder("other")
    here.initialize(one)
    here.initialize(other)
    used.repository(one).combine_stack("mine", PARTS, activate=True)
    outside = [row.summary for row in here.history()]
    assert outside == [
        "register stack 'mine', activate stack 'mine' in repository",
        "activate profile 'default'",
        "activate profile 'team'",
        outside[3],
        outside[4],
    ]
    assert outside[3].startswith("create profile 'team'")
    inside = [row.summary for row in used.repository(one).history()]
    assert inside == [outside[0], "init repository with profile 'default'", *outside[1:]]
    everything = [row.summary for row in here.history(everything=True)]
    assert len(everything) == 8
    assert "register stack 'theirs'" in everything
    assert here.history(everything=True, limit=3) == here.history(everything=True)[:3]
    assert here.history(limit=0) == []


def test_a_change_is_found_by_the_beginning_of_its_letters(used: Machine) -> None:
    Wanderer(used, seed=9).walk(30)
    every = used.repository().history(everything=True)
    assert len({row.letters for row in every}) == len(every)
    with used.reading() as database:
        for row in every:
            assert len(row.letters) == 18
            for length in range(1, 19):
                prefix = row.letters[:length]
                same = sorted(other.letters for other in every if other.letters.startswith(prefix))
                assert [found.letters for found in history.find(database, prefix)] == same[:2]
            shown = history.short(database, row.letters)
            assert len(shown) >= 4
            assert history.find(database, shown) == [history.find_change(database, shown)]
            assert history.find_change(database, shown).change_id == row.change_id
            assert shown == row.change
            assert len(shown) == 4 or len(history.find(database, shown[:-1])) == 2
            assert history.by_id(database, row.change_id) == history.find_change(database, shown)
        assert history.find(database, "kkkkkkkkkkkkkkkkkk") == []
        assert history.by_id(database, "absent") is None


@pytest.mark.parametrize(
    ("others", "shown"),
    [
        ([], "kkkk"),
        (["kkkl"], "kkkk"),
        (["kkkkl"], "kkkkk"),
        (["kkkkkkkl", "kkkkz"], "kkkkkkkk"),
        (["kkkkkkkkkkkkkkkkkz"], "kkkkkkkkkkkkkkkkkk"),
    ],
)
def test_letters_are_shown_as_far_as_it_takes(used: Machine, others: list[str], shown: str) -> None:
    mine = "k" * 18
    for number, letters in enumerate([mine, *(other.ljust(18, "m") for other in others)]):
        used.tamper(
            "INSERT INTO changes SELECT NULL, ?, ?, kind, time, actor, actor_kind, known_by, system_user, host,"
            " session, command, reason, repository, client_version, idempotency_key, command_hash, summary,"
            " undone_by"
            " FROM changes WHERE number = 1",
            str(number),
            letters,
        )
    with used.reading() as database:
        assert history.short(database, mine) == shown


def test_the_later_writer_is_the_newest_one_in_effect_about_the_same_thing(used: Machine) -> None:
    here = used.repository()
    first = here.rename_stack("default", "a")
    here.rename_stack("a", "b")
    here.register_component("orchestrator", "other", "local", {})
    newest = here.rename_stack("b", "c")
    here.rename_stack("c", "d")
    here.undo()
    assert first is not None
    assert newest is not None
    with used.reading() as database:
        row = history.by_id(database, first.change_id)
        last = history.by_id(database, newest.change_id)
        assert row is not None
        assert later(database, row) == last
        assert last is not None
        assert later(database, last) is None


def test_the_parts_of_a_change_are_where_its_events_are(used: Machine) -> None:
    recorded = used.repository().combine_stack("a", PARTS, activate=True)
    assert recorded is not None
    with used.reading() as database:
        found = history.parts(database, recorded.change_id)
    began = [row for row in used.events() if row.fields.get("change_id") == recorded.change_id]
    assert sorted(found) == sorted((row.ledger_id, row.position, row.fields["count"]) for row in began)


def test_a_summary_names_three_things_and_counts_the_others() -> None:
    events = [("zenml:StackRegistered", {"name": name, "stack_id": name}) for name in "abcde"]
    assert summary(events[:3]) == "register stack 'a', register stack 'b', register stack 'c'"
    assert summary(events) == "register stack 'a', register stack 'b', register stack 'c', and 2 more"
    assert summary([]) == ""
    assert summary([("zenml:OfTomorrow", {})]) == "OfTomorrow"


def test_subjects_are_named_once_each() -> None:
    events = [("zenml:StackRenamed", {"stack_id": "2"}), ("zenml:StackComponentSet", {"stack_id": "1"})]
    assert subjects([*events, *events]) == [("stack", "1", False), ("stack", "2", False)]
    assert subjects([("zenml:ProfileActivated", {"old": None, "new": None})]) == [("machine", "machine", False)]


def test_a_subject_that_was_removed_is_known_as_such() -> None:
    deleted = ("zenml:StackDeleted", {"stack_id": "1", "components": {"orchestrator": "2"}})
    assert subjects([deleted]) == [("stack", "1", True), ("used", "2", False)]
    registered = ("zenml:StackRegistered", deleted[1])
    assert subjects([deleted, registered]) == [("stack", "1", False), ("used", "2", False)]


def test_every_event_is_described_in_words(used: Machine) -> None:
    with used.session() as (_, record):
        made = record(commands.RegisterFlavor(new_id(), "step_operator", "mine", "a.B"))
    assert made.summary == "register step operator flavor 'mine'"


def test_what_a_new_profile_starts_with_goes_without_saying(used: Machine) -> None:
    used.repository().create_profile("p")
    newest, first = used.repository().history(everything=True)
    assert newest.summary == "create profile 'p'"
    assert first.summary == "create profile 'default', activate profile 'default'"
