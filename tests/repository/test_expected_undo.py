"""An undo that was looked at before: exactly that is done, or nothing."""

from __future__ import annotations

import pytest

from tests.ledger.histories import Wanderer
from tests.ledger.machines import Machine
from zenml.domain.errors import LedgerError, OvertakenError
from zenml.repository import Repository


def rehearsal() -> Repository:
    return Repository(dry_run=True, notify=lambda sentence: None)


def test_what_was_rehearsed_is_done(used: Machine) -> None:
    here = used.repository()
    here.register_component("artifact_store", "data", "local", {"path": "/one"})
    here.update_component("artifact_store", "data", {"path": "/two"})
    tried = rehearsal().undo()
    assert tried is not None
    rehearsed = here.rehearsed(tried)
    assert [(each.old, each.new) for each in rehearsed.differences] == [("/two", "/one")]
    assert [outcome for outcome, _ in rehearsed.taken_back] == ["undone"]
    here.register_component("artifact_store", "other", "local", {"path": "/elsewhere"})  # is not in its way
    undone = here.undo(*rehearsed.targets, expect=tried.digest)
    assert undone is not None
    assert undone.digest == tried.digest
    again = rehearsal().redo()
    assert again is not None
    assert here.redo(expect=again.digest) is not None
    assert here.describe_component("artifact_store", "data").parameters["path"] == "/two"


def test_something_else_is_not_done(used: Machine) -> None:
    here = used.repository()
    here.register_component("artifact_store", "data", "local", {"path": "/one"})
    change = here.rename_component("artifact_store", "data", "renamed")
    assert change is not None
    tried = rehearsal().undo(change.letters)
    assert tried is not None
    here.rename_component("artifact_store", "renamed", "again")
    here.undo()
    assert here.undo(change.letters, expect=tried.digest) is not None  # it is all as it was when it was looked at
    before = here.history()
    with pytest.raises(OvertakenError, match="the undo would do something else now"):
        here.undo(change.letters, expect=tried.digest)  # the same, posted twice
    with pytest.raises(OvertakenError, match="the redo would do something else now"):
        here.redo(expect=tried.digest)
    assert here.history() == before


def test_every_undo_can_be_expected(machine: Machine) -> None:
    walker = Wanderer(machine, seed=11)
    walker.walk(40)
    done = 0
    for change in walker.here.history():
        try:
            tried = rehearsal().undo(change.letters)
        except LedgerError:
            continue
        if tried is not None:
            recorded = walker.here.undo(change.letters, expect=tried.digest)
            assert recorded is not None
            assert recorded.digest == tried.digest
            done += 1
    assert done > 5
