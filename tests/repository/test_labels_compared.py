"""Labels where things are compared and restored, and where a profile has the same name."""

from __future__ import annotations

import pytest

from tests.ledger.histories import PARTS
from tests.ledger.machines import Machine
from zenml.domain.errors import InvalidValueError


def test_a_difference_names_labels_that_came_moved_and_went(used: Machine) -> None:
    here = used.repository()
    here.combine_stack("s", PARTS)
    first = here.history(limit=1)[0].letters
    here.put_label("v1")
    came = here.diff(first)
    assert next((it.thing, it.field, it.old) for it in came.differences) == ("label/v1", "name", None)
    assert {"op": "add", "path": "/labels/v1", "value": {"change": first[:8]}} in came.patch()
    second = here.history(limit=1)[0].letters
    here.combine_stack("t", PARTS)
    here.put_label("v1")
    assert ("label/v1", "change") in [(it.thing, it.field) for it in here.diff(second).differences]
    third = here.history(limit=1)[0].letters
    here.delete_label("v1")
    assert next((it.thing, it.new) for it in here.diff(third).differences) == ("label/v1", None)


def test_another_profile_is_compared_without_labels(used: Machine) -> None:
    here = used.repository()
    here.put_label("v1")
    here.create_profile("other")
    assert [it.thing for it in here.diff("profile:other").differences if it.thing.startswith("label")] == []


def test_a_restore_leaves_labels(used: Machine) -> None:
    here = used.repository()
    here.combine_stack("s", PARTS)
    here.put_label("v1")
    assert here.restore("v1") is None
    assert [label.label for label in here.labels] == ["v1"]


def test_a_name_of_a_label_and_of_a_profile_is_not_guessed(used: Machine) -> None:
    here = used.repository()
    here.put_label("v1")
    here.create_profile("v1")
    with pytest.raises(InvalidValueError, match="is both a profile and a label or change") as caught:
        here.diff("v1")
    assert caught.value.hint == "Write profile/v1 or label/v1."
    for profile, label in (("profile/v1", "label/v1"), ("profile:v1", "label:v1")):
        assert here.diff(profile).one.understood == "profile 'v1' now"
        assert "profile" not in here.diff(label).one.understood
    here.restore("label/v1")


def test_what_came_later_is_told_as_it_was_then(used: Machine) -> None:
    here = used.repository()
    here.combine_stack("s", PARTS)
    made = here.history(limit=1)[0].letters
    here.rename_stack("s", "t")
    renamed = here.history(limit=1)[0].letters

    def later(point: str) -> str | None:
        return next(row.later for row in here.at(point).history() if row.letters == made)

    assert later(made) is None
    newest = here.history(limit=1)[0].change_id
    assert later(renamed) == newest
    here.undo()
    assert later(renamed) == newest
    assert later("now") is None
