"""A command is killed while it makes a change of two parts: one at the service, one in the machine's own file."""

from __future__ import annotations

import pytest

from tests.reliability.killing import check_parts, kill_all_over, kill_at_the_commit
from tests.reliability.served.trial import Trial
from tests.reliability.states import check_whole
from tests.support.sizes import SERVED_KILLS

pytestmark = pytest.mark.slow


def test_a_change_that_is_killed_before_it_is_answered_has_both_parts_after_the_next_command(trial: Trial) -> None:
    kill_at_the_commit(trial, SERVED_KILLS // 4, b"POST ")
    check_parts(trial.far)
    trial.check()
    check_whole(trial.far)


def test_a_change_that_is_killed_at_any_packet_has_both_parts_or_none(trial: Trial) -> None:
    trial.line.watch()
    before, _ = trial.change()
    sent = sum(packet.to_server for packets in trial.line.packets for packet in packets)
    kill_all_over(trial, SERVED_KILLS, sent, before)
    check_parts(trial.far)
    trial.check()
    check_whole(trial.far)
