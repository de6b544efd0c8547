"""Which runs used what: the same as a fold over all events says, on random histories with runs in between."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.ledger.histories import Wanderer
from tests.ledger.machines import Machine
from tests.projections.replay import State, states
from tests.runs.past_runs import ran
from tests.support.sizes import RUN_HISTORIES, RUN_STEPS
from zenml.domain.errors import LedgerError
from zenml.projections.runs import run_filter
from zenml.repository import Repository

IMAGES = ("image:0", "image:1", "image:2")
PARAMETER = "docker_parent_image"


class RecordedRun(NamedTuple):
    """A run that was recorded, and what it pointed to."""

    run_id: str
    ledger_id: str
    stack_id: str
    position: int


class Walk:
    """A random history with runs in between, restores and redos too."""

    def __init__(self, machine: Machine, seed: int) -> None:
        self.machine = machine
        self.wanderer = Wanderer(machine, seed)
        self.random = self.wanderer.random
        self.here: Repository = self.wanderer.here
        self.runs: list[RecordedRun] = []

    def walk(self, steps: int) -> None:
        for _ in range(steps):
            self.wanderer.walk(self.wanderer.made + 1)
            if self.random.random() < 0.2:
                self._back()
            for _ in range(self.random.choice((0, 0, 1, 1, 2))):
                self._run()

    def _back(self) -> None:
        try:
            if self.random.random() < 0.5:
                self.here.redo()
            else:
                self.here.restore(self.random.choice(self.here.history(limit=10)).letters)
        except LedgerError:
            pass

    def _run(self) -> None:
        names = [stack.name for stack in self.here.list_stacks()]
        if not names:
            return
        run_id = ran(self.here, self.random.choice(names), self.random.choice((None, "nightly")))
        info = self.here.get_run(run_id).info
        self.runs.append(RecordedRun(run_id, info.profile_ledger_id, info.stack_id, info.position))


@pytest.mark.parametrize("seed", range(RUN_HISTORIES))
def test_every_filter_finds_what_a_fold_over_the_events_finds(
    machine: Machine, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if seed % 2:
        monkeypatch.setattr(run_filter, "_BATCH", 3)  # few are looked at one by one, and the spans have all others
    walk = Walk(machine, seed)
    walk.walk(RUN_STEPS)
    for profile in walk.here.profiles:
        walk.here.activate_profile(profile.name, machine_wide=True)
        ledger_id = machine.profile_ledger(profile.name)
        runs = [run for run in reversed(walk.runs) if run.ledger_id == ledger_id]
        _compare(walk.here, runs, states(machine, ledger_id))
    assert walk.runs


Holds = Callable[[State, str], bool]
"""Tells of a state and a stack in it whether a run on that is wanted."""


def _compare(here: Repository, runs: list[RecordedRun], past: list[State]) -> None:
    """Asks for runs by all there is to ask for, and compares with what the states at their positions say."""

    def wanted(*conditions: Holds) -> list[str]:
        return [run.run_id for run in runs if all(holds(past[run.position], run.stack_id) for holds in conditions)]

    assert _found(here) == wanted()
    for name in ("default", "sa", "sb", "sc", "sd"):
        assert _found(here, stack=name) == wanted(_is(past, name))
    for name in ("ca", "cb", "cc", "cd"):
        ids = {key for state in past for key, row in state["components"].items() if row[1] == name}
        assert _found(here, component=("orchestrator", name)) == wanted(_has(ids))
        for image in (*IMAGES, None):
            uses = {f"orchestrator/{name}.{PARAMETER}": image}
            assert _found(here, uses=uses) == wanted(_uses(PARAMETER, image, ids))
    for image in (*IMAGES, None):
        assert _found(here, uses={PARAMETER: image}) == wanted(_uses(PARAMETER, image))
        several = {PARAMETER: image, "path": None}
        conditions = _is(past, "sa"), _uses(PARAMETER, image), _uses("path", None)
        assert _found(here, uses=several, stack="sa") == wanted(*conditions)


def _found(here: Repository, **asked: Any) -> list[str]:
    """Returns the ids of the runs that are found; none where nothing ever had such a name or parameter."""
    try:
        return [run.run_id for run in here.runs(**asked)]
    except LedgerError as error:
        if error.code not in ("stack_not_found", "stack_component_not_found", "invalid_value"):
            raise
        return []


def _is(past: list[State], name: str) -> Holds:
    ids = {key for state in past for key, known in state["stacks"].items() if known == name}
    return lambda state, stack_id: stack_id in ids


def _has(ids: set[str]) -> Holds:
    return lambda state, stack_id: not ids.isdisjoint(_parts(state, stack_id))


def _uses(parameter: str, value: str | None, among: set[str] | None = None) -> Holds:
    def holds(state: State, stack_id: str) -> bool:
        parts = [part for part in _parts(state, stack_id) if among is None or part in among]
        settings = [state["parameters"][part].get(parameter) for part in parts]
        return any(setting and value in (None, json.loads(setting["v"])) for setting in settings)

    return holds


def _parts(state: State, stack_id: str) -> list[str]:
    return [*state["stack_components"][stack_id].values()]
