"""Labels as the Python API has them: names for changes, which undo and history treat like everything else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.ledger.histories import PARTS
from tests.ledger.machines import Machine
from tests.support.letters import in_full
from zenml.domain.errors import ChangeNotFoundError, InvalidValueError, LabelNotFoundError


def test_a_label_names_a_change_until_it_is_moved_or_removed(used: Machine) -> None:
    here = used.repository()
    first = here.history(limit=1)[0]
    stack = here.combine_stack("s", PARTS)
    assert stack is not None
    put = here.put_label("release 1")
    assert put is not None
    assert in_full(put.summary, stack.letters) == f"put label 'release 1' on {stack.letters}"
    assert here.at("release 1").point.change.change_id == stack.change_id
    moved = here.put_label("release 1", first.letters)
    assert moved is not None
    assert in_full(moved.summary, first.letters) == f"move label 'release 1' to {first.letters}"
    assert here.put_label("release 1", first.letters) is None
    assert [(it.label, it.letters, it.summary) for it in here.labels] == [
        ("release 1", first.letters, first.summary)
    ]
    here.undo()
    assert here.labels[0].letters == stack.letters
    here.delete_label("release 1")
    assert here.labels == []
    here.undo()
    assert here.labels[0].letters == stack.letters
    assert [it.label for it in here.at(put.letters).labels] == ["release 1"]


def test_a_label_says_where_its_change_is(used: Machine) -> None:
    here = used.repository()
    here.combine_stack("s", PARTS)
    newest = here.history(limit=1)[0]
    here.put_label("one")
    (label,) = here.labels
    assert label.number == newest.number
    assert "number" not in label.document()  # others' changes that arrive may move it


def test_a_label_belongs_to_its_profile(used: Machine) -> None:
    here = used.repository()
    here.put_label("one")
    here.create_profile("team")
    here.activate_profile("team")
    assert here.labels == []
    with pytest.raises(InvalidValueError, match="not a change, label or time"):
        here.at("one")
    here.put_label("one")
    here.undo()
    here.activate_profile("default")
    assert [it.label for it in here.labels] == ["one"]


@pytest.mark.parametrize("label", ["monday", "2026-11-17", "2 hours ago", "noon", "qpvu", "list"])
def test_what_could_be_a_time_or_a_change_is_no_label(used: Machine, label: str) -> None:
    before = used.tables()
    with pytest.raises(InvalidValueError, match="is not a valid label"):
        used.repository().put_label(label)
    assert used.tables() == before


def test_what_is_not_there(used: Machine) -> None:
    here = used.repository()
    with pytest.raises(LabelNotFoundError):
        here.delete_label("x1")
    with pytest.raises(ChangeNotFoundError):
        here.put_label("x1", "kkkk")
    assert here.labels == []


def test_the_same_label_in_two_profiles_is_two_things(used: Machine) -> None:
    here = used.repository()
    one = here.put_label("v1")
    here.create_profile("team")
    here.activate_profile("team")
    here.put_label("v1")
    here.put_label("v1", here.history(limit=2)[1].letters)
    here.activate_profile("default")
    assert one is not None
    here.undo(one.letters)
    assert here.labels == []


@pytest.mark.parametrize("when", ["no point", "now", "a time", "text"])
def test_what_was_done_elsewhere_is_not_labelled_by_when_it_was(
    used: Machine, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    here = used.repository()
    here.create_profile("shop")
    project = used.folder("project")
    here.initialize(project)
    with monkeypatch.context() as context:
        context.setenv("ZENML_ACTIVATED_PROFILE", "shop")
        elsewhere = here.combine_stack("s", PARTS)
    used.repository(project).activate_stack("default")  # the choice of another place
    assert elsewhere is not None
    newest = here.history(limit=1)[0]
    assert newest.letters != here.history(limit=1, everything=True)[0].letters
    now = datetime.now(UTC)
    points: dict[str, tuple[str | datetime, ...]] = {
        "no point": (),
        "now": ("now",),
        "a time": (now,),
        "text": (now.isoformat(),),
    }
    here.put_label("v1", *points[when])
    assert here.labels[0].letters == newest.letters
    here.put_label("v1", elsewhere.letters)  # one that is named is that one
    assert here.labels[0].letters == elsewhere.letters
