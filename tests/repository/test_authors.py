"""The author of a value that has no salt, compared with a model that carries authors along."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

import pytest

from tests.ledger.histories import PARTS
from tests.ledger.machines import Machine
from zenml.domain.change_ids import letters as change_letters
from zenml.domain.errors import UndoConflictError
from zenml.ledger.change import Change
from zenml.repository import Repository

ORCHESTRATORS = ("one", "two", "three")


class Value(NamedTuple):
    """What the field is, and the letters of the change that made it so."""

    name: str
    author: str


class Model:
    """What each change made of the field, one step after the other, and what it was after each change."""

    def __init__(self, first: Value) -> None:
        self.value = first
        self.steps: dict[str, list[tuple[Value, Value]]] = {}
        self.after = {first.author: first}
        self.undid: dict[str, tuple[str, ...]] = {}

    def is_undone(self, change: str) -> bool:
        return any(change in targets and not self.is_undone(undo) for undo, targets in self.undid.items())

    def undo(self, changes: list[str]) -> list[tuple[Value, Value]] | None:
        """Returns the steps of an undo of changes, the newest first; None if something already exists."""
        value, steps = self.value, []
        for change in changes:
            if self.is_undone(change):
                continue
            for before, after in reversed(self.steps[change]):
                if value.name == after.name:
                    steps.append((value, before))
                    value = before
                elif value.name != before.name:
                    return None
        return steps

    def record(self, change: str, steps: list[tuple[Value, Value]], undid: tuple[str, ...] = ()) -> None:
        self.steps[change], self.undid[change] = steps, undid
        self.value = self.after[change] = steps[-1][1]


def letters(change: Change | None) -> str:
    assert change is not None
    return change.letters


def field(here: Repository) -> tuple[str, str]:
    (line,) = here.blame("stack", "s", "orchestrator")
    return line.value, line.author.letters


@pytest.fixture
def here(used: Machine) -> Repository:
    here = used.repository()
    with here.change():
        for name in ORCHESTRATORS:
            here.register_component("orchestrator", name, "local", {})
    return here


def update(here: Repository, name: str) -> str:
    return letters(here.update_stack("s", {"orchestrator": name}))


def test_a_restore_names_who_made_it_so_at_the_point(here: Repository) -> None:
    alice = letters(here.combine_stack("s", {**PARTS, "orchestrator": "one"}))
    point = letters(here.put_label("point"))
    update(here, "two")
    update(here, "one")
    update(here, "two")
    restored = letters(here.restore("point"))
    (line,) = here.blame("stack", "s", "orchestrator")
    assert (line.value, line.author.letters, line.put_back_by and line.put_back_by.letters) == (
        "one",
        alice,
        restored,
    )
    assert point != alice
    here.undo(restored)
    here.undo()
    assert field(here)[0] == "one"


def test_an_undo_of_several_passes_over_what_was_so_already(here: Repository) -> None:
    here.combine_stack("s", {**PARTS, "orchestrator": "one"})
    with here.change():
        here.update_stack("s", {"orchestrator": "two"})
        here.register_component("orchestrator", "four", "local", {})
    bob = here.history(limit=1)[0].letters
    carol = update(here, "one")
    dave = update(here, "three")
    here.undo(bob, dave)
    assert field(here) == ("one", carol)


@pytest.mark.parametrize("seed", range(3))
def test_authors_are_carried_along(here: Repository, seed: int) -> None:
    random = Random(seed)
    model = Model(Value("one", letters(here.combine_stack("s", {**PARTS, "orchestrator": "one"}))))
    kinds = set()
    for _ in range(30):
        way = random.choice(("update", "update", "undo", "undo", "restore"))
        if way == "update":
            name = random.choice([it for it in ORCHESTRATORS if it != model.value.name])
            change = update(here, name)
            model.record(change, [(model.value, Value(name, change))])
        elif way == "undo" and model.steps:
            recent = list(model.steps)[-6:]
            chosen = sorted(random.sample(recent, min(len(recent), random.choice((1, 1, 2, 3)))), key=recent.index)
            steps = model.undo(chosen[::-1])
            if steps is None:
                with pytest.raises(UndoConflictError):
                    here.undo(*chosen)
            else:
                undone = here.undo(*chosen)
                assert (undone is None) == (not steps)
                if undone is not None:
                    model.record(undone.letters, steps, tuple(map(change_letters, undone.targets)))
        elif way == "restore":
            point = random.choice(list(model.after))
            restored = here.restore(point)
            was = model.after[point]
            assert (restored is None) == (was.name == model.value.name)
            if restored is not None:
                model.record(restored.letters, [(model.value, was)])
        kinds.add(here.history(limit=1)[0].kind)
        assert field(here) == tuple(model.value)
    assert {"change", "undo", "restore"} <= kinds
