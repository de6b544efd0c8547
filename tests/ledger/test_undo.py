"""Undo and redo: several at once, of each other, of every kind of change, and what is marked as undone."""

from __future__ import annotations

import re

import pytest

from tests.ledger.histories import PARTS
from tests.ledger.machines import Machine
from tests.support.hints import hint_of, worded
from tests.support.letters import in_full
from zenml.domain import commands
from zenml.domain.errors import (
    ChangeNotFoundError,
    InvalidValueError,
    NotAllowedError,
    OtherActorError,
    UndoConflictError,
)
from zenml.ledger.change import Change, ChangeHeader
from zenml.ledger.origin import origin
from zenml.projections import machine as machine_view
from zenml.repository import Repository


def names(here: Repository) -> list[str]:
    return [stack.name for stack in here.list_stacks() if stack.name != "default"]


def marks(here: Repository) -> dict[str, str | None]:
    """Returns for every change that made a stack what undid it."""
    by_id = {change.change_id: change.summary for change in here.history()}
    return {
        change.summary.removeprefix("register stack "): by_id[change.undone_by] if change.undone_by else None
        for change in here.history(kinds=["change"])
    }


def made(here: Repository, *names: str) -> list[Change]:
    """Registers stacks, each in a change of its own."""
    changes = [here.combine_stack(name, PARTS) for name in names]
    return [change for change in changes if change is not None]


def test_several_are_undone_as_one_change_and_come_back_as_one(used: Machine) -> None:
    here = used.repository()
    a, b, c = made(here, "a", "b", "c")
    undone = here.undo(count=2)
    assert undone is not None
    assert undone.targets == (c.change_id, b.change_id)
    assert names(here) == ["a"]
    here.redo()
    assert names(here) == ["a", "b", "c"]
    here.undo(a.letters, c.letters[:6])
    assert names(here) == ["b"]


def test_a_range_is_both_ends_and_what_is_in_effect_between_them(used: Machine) -> None:
    here = used.repository()
    a, b, c, d, e = made(here, "a", "b", "c", "d", "e")
    here.undo(c.letters)
    undone = here.undo(f"{d.letters}..{b.letters}")  # in whichever order
    assert undone is not None
    assert undone.targets == (d.change_id, b.change_id)
    assert names(here) == ["a", "e"]
    assert e.change_id not in undone.targets
    assert a.change_id not in undone.targets


def test_names_and_a_number_are_not_taken_together(used: Machine) -> None:
    here = used.repository()
    (a,) = made(here, "a")
    with pytest.raises(InvalidValueError, match="Give either changes or a number"):
        here.undo(a.letters, count=2)
    with pytest.raises(InvalidValueError, match="0 is not a number of changes"):
        here.undo(count=0)


@pytest.mark.parametrize("name", ["zzzzzz", "", "..", "zzzz..", "a b", "KKKK", "[bold]", "k" * 21])
def test_what_names_no_change_is_refused(used: Machine, name: str) -> None:
    here = used.repository()
    made(here, "a")
    with pytest.raises(ChangeNotFoundError):
        here.undo(name)
    assert names(here) == ["a"]


def test_an_undo_of_an_undo_of_an_undo(used: Machine) -> None:
    here = used.repository()
    (a,) = made(here, "a")
    one = here.undo(a.letters)
    assert one is not None
    two = here.undo(one.letters)
    assert two is not None
    assert names(here) == ["a"]
    assert marks(here) == {"'a'": None}
    three = here.undo(two.letters)
    assert three is not None
    assert names(here) == []
    assert marks(here) == {"'a'": one.summary}
    assert here.undo(a.letters) is None
    here.redo(a.letters)
    assert names(here) == ["a"]


def test_redo_passes_by_undos_that_only_brought_something_back(used: Machine) -> None:
    here = used.repository()
    a, b = made(here, "a", "b")
    here.undo(b.letters)
    one = here.undo(a.letters)
    assert one is not None
    here.undo(one.letters)  # brings a back
    here.redo()
    assert names(here) == ["a", "b"]
    assert here.redo() is None


def test_redo_survives_what_came_in_between(used: Machine) -> None:
    here = used.repository()
    made(here, "a")
    here.undo()
    made(here, "b")
    here.redo()
    assert names(here) == ["a", "b"]
    here.undo()  # a is the older change, but b was made later
    assert names(here) == ["a"]


def test_what_is_in_effect_cannot_be_redone(used: Machine) -> None:
    here = used.repository()
    (a,) = made(here, "a")
    with pytest.raises(NotAllowedError, match="is in effect, so it cannot be redone"):
        here.redo(a.letters)


def test_a_change_stays_undone_while_another_undo_in_effect_has_it(used: Machine) -> None:
    here = used.repository()
    a, b = made(here, "a", "b")
    both = here.undo(a.letters, b.letters)
    redone = here.redo()
    again = here.undo(a.letters)
    assert both is not None
    assert redone is not None
    assert again is not None
    back = here.undo(redone.letters)  # takes b back; a is gone already
    assert back is not None
    assert names(here) == []
    here.undo(back.letters)
    assert names(here) == ["b"]
    assert marks(here) == {"'a'": again.summary, "'b'": None}
    before = used.tables()
    here.rebuild()
    assert used.tables() == before


@pytest.mark.parametrize("kind", ["restore", "import", "migrate"])
def test_what_is_more_than_a_plain_change_is_undone_likewise(used: Machine, kind: str) -> None:
    here = used.repository()
    with used.session() as (locked, _):
        (profile,) = machine_view.profiles(locked.transaction.database, locked.machine_id)
        change = locked.begin(profile, None)
        change.execute(commands.RenameStack("default", "brought"))
        change.execute(commands.RenameStack("brought", "over"))
        locked.finish(change, ChangeHeader(kind, origin(None, None, None)))  # type: ignore[arg-type]
    assert here.active_stack_name == "over"
    here.undo()
    assert here.active_stack_name == "default"
    here.redo()
    assert here.active_stack_name == "over"


def test_an_undo_with_nothing_left_to_take_back_says_so_and_names_the_one_before(
    used: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Repository()
    monkeypatch.setenv("CI", "false")
    made(here, "a")
    here.rename_stack("a", "b")
    monkeypatch.setenv("CI", "true")
    here.rename_stack("b", "a")  # an automation put it back
    monkeypatch.setenv("CI", "false")
    before = used.tables()
    told: list[str] = []
    assert Repository(notify=told.append).undo() is None
    assert used.tables() == before
    (said,) = worded(told)
    assert said.startswith("Everything is already as it was before change ")
    assert re.search(r"\nRun \"zenml undo [k-z]+\" to undo the one before it \(register stack 'a'\)\.$", said)


def test_of_several_only_those_are_marked_that_something_was_taken_back_of(
    used: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    here = Repository()
    made(here, "a")
    (renamed, _) = here.rename_stack("a", "b"), here.rename_stack("b", "a")
    (other,) = made(here, "c")
    assert renamed is not None
    undone = here.undo(renamed.letters, other.letters)
    assert undone is not None
    assert undone.targets == (other.change_id,)
    assert "is left to undo" in capsys.readouterr().err
    assert {row.letters for row in here.history() if row.undone_by} == {other.letters}
    here.redo()
    assert names(here) == ["a", "c"]


def test_a_conflict_says_which_changes_are_in_the_way(used: Machine) -> None:
    here = used.repository()
    (a,) = made(here, "a")
    renamed = here.rename_stack("a", "b")
    assert renamed is not None
    before = used.tables()
    with pytest.raises(UndoConflictError) as met:
        here.undo(a.letters)
    assert (met.value.change, met.value.later) == (a.letters, (renamed.letters,))
    assert used.tables() == before
    here.undo(a.letters, cascade=True)
    assert names(here) == []


def test_somebody_elses_change_is_named_as_theirs(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    here = used.repository()
    (a,) = made(here, "a")
    monkeypatch.setattr("zenml.ledger.origin._user", lambda: "bob")
    with pytest.raises(OtherActorError, match=f"was made by {here.history(limit=1)[0].actor}"):
        here.undo(a.letters)
    assert here.undo() is None  # nothing is bob's
    with pytest.raises(OtherActorError):
        here.undo(any_actor=True)  # without a reason
    Repository(reason="bob says so").undo(any_actor=True)
    assert names(here) == []


def test_where_too_much_is_in_the_way_the_first_of_it_is_named(
    used: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = used.repository()
    here.create_profile("team")
    here.activate_profile("team")
    (stack,) = made(here, "s")
    here.activate_profile("default")
    gone = here.delete_profile("team")
    assert gone is not None
    monkeypatch.setattr("zenml.ledger.undo._MOST", 0)
    with pytest.raises(UndoConflictError) as met:
        here.undo(stack.letters)
    assert in_full(hint_of(met.value), gone.letters) == f'Run "zenml undo {gone.letters}" first.'
