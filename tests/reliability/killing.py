"""Changes of two parts, in a shared profile and on the machine itself, that are killed while they are made."""

from __future__ import annotations

import json
from collections import Counter
from typing import Protocol

from tests.reliability.shared.commands import killed, started
from tests.reliability.states import query
from tests.support.network.lines import Line
from tests.support.program import Home
from tests.support.tables import active, column
from tests.support.teams import PARTS, Score, look


class OnALine(Protocol):
    """A machine that changes a shared profile by way of a line, and what was answered to its changes."""

    line: Line
    far: Home
    score: Score


def kill_at(trial: OnALine, name: str, pattern: bytes, skip: int) -> bool:
    """Kills a change when the answer to one of its packets is on the way. Returns whether it was acknowledged."""
    hold = trial.line.hold(pattern, skip)
    command = started(trial.far, "stack", "register", name, *PARTS, "--set")
    hold.wait()
    acknowledged = killed(command)
    trial.line.let_go(hold)
    trial.score.unanswered(name)
    return acknowledged


def kill_at_the_commit(trial: OnALine, count: int, pattern: bytes) -> None:
    """Kills so many changes when what records them is answered; both parts are there after the next command."""
    for number in range(count):
        name = f"both-{number}"
        assert not kill_at(trial, name, pattern, 0)
        stacks, chosen = stacks_of(trial.far)
        assert name in stacks
        assert chosen == name


def kill_all_over(trial: OnALine, count: int, sent: int, before: str) -> None:
    """Kills so many changes, at one packet after the other, and checks that each has both parts or none.

    Args:
        trial: The machine.
        count: How many.
        sent: How many packets a change sends.
        before: The stack that is active before.
    """
    for number in range(count):
        name = f"any-{number}"
        acknowledged = kill_at(trial, name, b"", number % sent)
        stacks, chosen = stacks_of(trial.far)
        assert name in stacks or not acknowledged
        assert chosen == (name if name in stacks else before)
        before = chosen


def stacks_of(home: Home) -> tuple[list[str], str]:
    """Returns the stacks of a home, and which of them is active there."""
    rows = look(home).rows
    (chosen,) = active(rows, "STACK NAME")
    return column(rows, "STACK NAME"), chosen


def check_parts(home: Home) -> None:
    """Checks that each change has all its parts that are to be in this home's ledgers, each once."""
    there: Counter[tuple[str, str]] = Counter()
    said: set[tuple[str, str]] = set()
    for ledger, state in query(
        home, "SELECT originator_id, state FROM stored_events WHERE topic = 'zenml:ChangeBegan'"
    ):
        began = json.loads(state)
        there[began["change_id"], ledger] += 1
        said |= {(began["change_id"], part["ledger_id"].replace("-", "")) for part in began["parts"]}
    assert set(there.values()) == {1}
    here = {ledger for _, ledger in there}
    assert {(change, ledger) for change, ledger in said if ledger in here} == set(there)
