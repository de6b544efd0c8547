"""A command is killed while it makes a change of two parts: one in the database, one in the machine's own file."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.reliability.shared.commands import killed, started
from tests.reliability.shared.trial import Trial
from tests.reliability.states import check_whole, query
from tests.support.network.lines import Line
from tests.support.network.packets import COMMIT
from tests.support.program import Home
from tests.support.sizes import TEAM_KILLS
from tests.support.tables import active, column
from tests.support.teams import PARTS, look

pytestmark = pytest.mark.slow


@pytest.fixture
def trial(tmp_path: Path, database: str, line: Line) -> Trial:
    return Trial(tmp_path, database, line)


def test_a_change_that_is_killed_between_its_commits_has_both_parts_after_the_next_command(trial: Trial) -> None:
    for number in range(TEAM_KILLS // 4):  # all at the same moment
        name = f"both-{number}"
        assert not kill_at(trial, name, COMMIT, 0)
        stacks, chosen = stacks_of(trial.far)
        assert name in stacks
        assert chosen == name
    check_parts(trial.far)
    trial.check()
    check_whole(trial.far)


def test_a_change_that_is_killed_at_any_packet_has_both_parts_or_none(trial: Trial) -> None:
    trial.line.watch()
    trial.change("undisturbed", "--set")
    sent = sum(packet.to_server for packets in trial.line.packets for packet in packets)
    before = "undisturbed"
    for number in range(TEAM_KILLS):
        name = f"any-{number}"
        acknowledged = kill_at(trial, name, b"", number % sent)
        stacks, chosen = stacks_of(trial.far)
        assert name in stacks or not acknowledged
        assert chosen == (name if name in stacks else before)
        before = chosen
    check_parts(trial.far)
    trial.check()
    check_whole(trial.far)


def kill_at(trial: Trial, name: str, pattern: bytes, skip: int) -> bool:
    """Kills a change when the answer to one of its packets is on the way. Returns whether it was acknowledged."""
    hold = trial.line.hold(pattern, skip)
    command = started(trial.far, "stack", "register", name, *PARTS, "--set")
    hold.wait()
    acknowledged = killed(command)
    trial.line.let_go(hold)
    trial.score.unanswered(name)
    return acknowledged


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
