"""Labels: names for changes, which nothing else that names a point can be taken for."""

from __future__ import annotations

import pytest

from tests.domain.memory import given
from tests.domain.things import uid
from zenml.domain import commands, events
from zenml.domain.errors import AlreadyExistsError, InvalidValueError, LabelNotFoundError
from zenml.domain.rules.changed import ChangedSinceError

ONE, OTHER = uid("change 1"), uid("change 2")


def put(label: str, change: str | None, new: str = "label") -> commands.SetLabel:
    return commands.SetLabel(uid(new), label, change)


def fact(label: str, old: str | None, new: str | None, label_id: str = "label") -> events.LabelChanged:
    return events.LabelChanged(label_id=uid(label_id), label=label, old_change_id=old, new_change_id=new)


def test_a_label_is_put_moved_and_removed() -> None:
    given().when(put("v1", ONE)).then(fact("v1", None, ONE))
    given(fact("v1", None, ONE)).when(put("v1", OTHER, "unused")).then(fact("v1", ONE, OTHER))
    given(fact("v1", None, ONE)).when(put("v1", None)).then(fact("v1", ONE, None))
    given(fact("v1", None, ONE)).when(put("v1", ONE)).then_nothing_happened()


def test_there_is_nothing_to_remove() -> None:
    given(fact("v1", None, ONE)).when(put("v2", None)).then_raises(LabelNotFoundError, "'v2'")


@pytest.mark.parametrize(
    "label", ["qpvu", "k", "now", "list", "delete", "set", "a..b", "rel.yaml", "profile:x", "", "a/b", "-x"]
)
def test_what_could_be_something_else_is_no_label(label: str) -> None:
    given().when(put(label, ONE)).then_raises(InvalidValueError, "is not a valid label")


def test_undo() -> None:
    given(fact("v1", None, ONE)).when(commands.Revert(fact("v1", None, ONE))).then(fact("v1", ONE, None))
    moved = fact("v1", ONE, OTHER)
    given(fact("v1", None, ONE), moved).when(commands.Revert(moved)).then(fact("v1", OTHER, ONE))
    removed = fact("v1", ONE, None)
    given(fact("v1", None, ONE), removed).when(commands.Revert(removed)).then(fact("v1", None, ONE))
    given(fact("v1", None, ONE), moved).when(commands.Revert(fact("v1", None, ONE))).then_raises(
        ChangedSinceError, "v1"
    )


def test_another_label_of_the_name_is_in_the_way() -> None:
    removed = fact("v1", ONE, None)
    another = fact("v1", None, OTHER, "another")
    past = (fact("v1", None, ONE), removed, another)
    given(*past).when(commands.Revert(removed)).then_raises(AlreadyExistsError, "'v1'", "label list")
    given(*past).when(commands.Revert(fact("v1", None, ONE))).then_nothing_happened()
