"""A command is killed while it makes a change of two parts: one in the database, one in the machine's own file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability.killing import check_parts, kill_all_over, kill_at_the_commit
from tests.reliability.shared.trial import Trial
from tests.reliability.states import check_whole
from tests.support.network.lines import Line
from tests.support.network.packets import COMMIT
from tests.support.sizes import TEAM_KILLS

pytestmark = pytest.mark.slow


@pytest.fixture
def trial(tmp_path: Path, database: str, line: Line) -> Trial:
    return Trial(tmp_path, database, line)


def test_a_change_that_is_killed_between_its_commits_has_both_parts_after_the_next_command(trial: Trial) -> None:
    kill_at_the_commit(trial, TEAM_KILLS // 4, COMMIT)
    check_parts(trial.far)
    trial.check()
    check_whole(trial.far)


def test_a_change_that_is_killed_at_any_packet_has_both_parts_or_none(trial: Trial) -> None:
    trial.line.watch()
    trial.change("undisturbed", "--set")
    sent = sum(packet.to_server for packets in trial.line.packets for packet in packets)
    kill_all_over(trial, TEAM_KILLS, sent, "undisturbed")
    check_parts(trial.far)
    trial.check()
    check_whole(trial.far)
