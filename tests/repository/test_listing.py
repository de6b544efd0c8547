"""Histories page by page, from either end, and what many changes made different."""

from __future__ import annotations

import itertools

import pytest

from tests.ledger.histories import Wanderer
from tests.ledger.machines import Machine
from zenml.domain.errors import ChangeNotFoundError, InvalidValueError

PAGE = 5


def test_pages_are_the_whole_from_either_end(machine: Machine) -> None:
    walker = Wanderer(machine, seed=7)
    walker.walk(40)
    here = walker.here
    for seen in (here, here.at(here.history(limit=10)[-1].letters)):
        for wanted in ({"everything": True}, {"kinds": ("undo", "change")}, {"fold": True}):
            whole = seen.history(**wanted)
            newer, older, before, after = [], [], None, None
            while page := seen.history(limit=PAGE, before=before, **wanted):
                newer += page
                before = page[-1].number
            while page := seen.history(oldest=PAGE, after=after, reverse=True, **wanted):
                older += page
                after = page[-1].number
            assert newer == whole == older[::-1]
            assert len(whole) > PAGE


def test_the_next_change_is_one_question(machine: Machine) -> None:
    walker = Wanderer(machine, seed=3)
    walker.walk(12)
    changes = walker.here.history(reverse=True)
    for change, following in itertools.pairwise(changes):
        assert walker.here.history(oldest=1, after=change.number) == [following]
    assert walker.here.history(oldest=1, after=changes[-1].number) == []


def test_both_ends_are_not_limited(used: Machine) -> None:
    with pytest.raises(InvalidValueError, match="Both the newest and the oldest"):
        used.repository().history(limit=1, oldest=1)


def test_differences_of_many_are_those_of_each(machine: Machine) -> None:
    walker = Wanderer(machine, seed=5)
    walker.walk(30)
    changes = walker.here.history(everything=True)
    differences = walker.here.differences(change.change_id for change in changes)
    assert differences == {
        change.change_id: walker.here.show(change.letters, rehearse=False).differences for change in changes
    }
    assert walker.here.show(changes[0].letters, rehearse=False).undo is None
    with pytest.raises(ChangeNotFoundError):
        walker.here.differences(["no such change"])
