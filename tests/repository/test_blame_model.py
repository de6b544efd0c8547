"""Blame against a small model: whatever is set, undone, redone and restored, each value has its author."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

import pytest

from tests.ledger.histories import PARTS
from tests.ledger.machines import Machine
from zenml.repository import Repository

VALUES = {
    "orchestrator": ("o1", "o2", "o3"),
    "docker_parent_image": ("a", "b", "c"),
    "name": ("s", "t", "u"),
}


class Cell(NamedTuple):
    value: str
    author: str


State = dict[str, Cell]


class Model:
    """What each field is and by whom, after each change; changes are known by their reasons."""

    def __init__(self, here: Repository, seed: int) -> None:
        self.here, self.random = here, Random(seed)
        self.states: list[State] = []
        self.points: list[str] = []
        self.done: list[tuple[str, State, State]] = []  # set changes in effect, with what was before and after
        self.undone: list[tuple[str, State, State]] = []

    def now(self) -> State:
        return self.states[-1]

    def note(self, state: State) -> None:
        self.states.append(state)
        self.points.append(self.here.history(limit=1)[0].letters)

    def write(self, reason: str) -> None:
        field = self.random.choice(list(VALUES))
        before = self.now()
        value = self.random.choice([it for it in VALUES[field] if it != before[field].value])
        with self.here.change(reason=reason):
            if field == "orchestrator":
                self.here.update_stack(before["name"].value, {"orchestrator": value})
            elif field == "name":
                self.here.rename_stack(before["name"].value, value)
            else:
                self.here.update_component("orchestrator", "o1", {field: value})
        self.note({**before, field: Cell(value, reason)})
        self.done.append((reason, before, self.now()))
        self.undone.clear()

    def undo(self) -> None:
        if not self.done:
            return
        reason, before, after = self.done.pop()
        self.here.undo()
        self.note(self._moved(after, before))
        self.undone.append((reason, before, after))

    def redo(self) -> None:
        if not self.undone:
            return
        reason, before, after = self.undone.pop()
        self.here.redo()
        self.note(self._moved(before, after))
        self.done.append((reason, before, after))

    def restore(self) -> None:
        at = self.random.randrange(len(self.states))
        goal, before = self.states[at], self.now()
        if self.here.restore(self.points[at]) is None:
            return
        self.note({it: goal[it] if goal[it].value != before[it].value else before[it] for it in VALUES})
        self.done.clear()  # plain undo would take the restore back: that is another test
        self.undone.clear()

    def _moved(self, old: State, new: State) -> State:
        return {it: new[it] if old[it] != new[it] else self.now()[it] for it in VALUES}


def asked(here: Repository, state: State) -> dict[str, tuple[str, str | None]]:
    lines = [*here.blame("stack", state["name"].value), *here.blame("orchestrator", "o1")]
    found = {line.field: (line.value, line.author.reason) for line in lines if line.field != "name"}
    found["name"] = next((line.value, line.author.reason) for line in lines if line.field == "name")
    return {field: found[field] for field in VALUES}


@pytest.mark.parametrize("seed", range(4))
def test_every_value_has_its_author(used: Machine, seed: int) -> None:
    here = used.repository()
    with here.change(reason="first"):
        for name in ("o1", "o2", "o3"):
            here.register_component("orchestrator", name, "local_docker", {"docker_parent_image": "a"})
        here.combine_stack("s", {**PARTS, "orchestrator": "o1"})
    model = Model(here, seed)
    model.note({field: Cell(values[0], "first") for field, values in VALUES.items()})
    for number in range(40):
        step = model.random.choices(["write", "undo", "redo", "restore"], [6, 2, 2, 3])[0]
        if step == "write":
            model.write(f"change {number}")
        else:
            getattr(model, step)()
        assert asked(here, model.now()) == dict(model.now()), (number, step)
