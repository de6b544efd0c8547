"""A command is stopped while it holds the lock of a shared profile: others wait for it, but not forever."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.reliability.shared.commands import finished, patiently, started
from tests.reliability.shared.trial import Trial
from tests.support.network.lines import Line
from tests.support.network.packets import LOCK
from tests.support.network.processes import freeze
from tests.support.teams import PARTS, RECORDED
from zenml.stores.shared_database import mysql, postgresql
from zenml.stores.waiting import LOCK_TIMEOUT

pytestmark = pytest.mark.slow

STOPPED = ("stack", "register", "stopped", *PARTS)

# The database ends a session that does nothing. Without that, others would wait for a minute and be refused: that
# they are not shows that it was less.


@pytest.fixture
def trial(tmp_path: Path, database: str, line: Line) -> Trial:
    return Trial(tmp_path, database, line)


def test_the_database_gives_up_before_others_do() -> None:
    assert max(mysql.IDLE_TIMEOUT, postgresql.IDLE_TIMEOUT) < LOCK_TIMEOUT


def test_others_go_on_without_a_command_that_was_stopped_with_the_lock(trial: Trial) -> None:
    hold = trial.line.hold(LOCK)
    stopped = started(trial.far, *STOPPED, hurried=True)
    hold.wait()
    freeze(stopped.pid)
    trial.line.let_go(hold)
    trial.score.answered("goes-on", patiently(trial.near, "stack", "register", "goes-on", *PARTS).exits(RECORDED))

    stopped.send_signal(signal.SIGCONT)
    answer = finished(stopped, *STOPPED).exits(RECORDED, 4)  # begun again, but by then it may have taken too long
    assert answer.exit == RECORDED or "Error: " in answer.stderr, answer.report()
    trial.score.answered("stopped", answer)
    trial.change("afterwards").exits(RECORDED)
    trial.check()


def test_others_go_on_without_a_command_whose_line_went_silent_with_the_lock(trial: Trial) -> None:
    hold = trial.line.hold(LOCK)
    silent = started(trial.far, *STOPPED, hurried=True)
    hold.wait()  # it gets no answer, and keeps the lock until the database or the command gives up
    trial.score.answered("goes-on", patiently(trial.near, "stack", "register", "goes-on", *PARTS).exits(RECORDED))
    trial.score.answered("stopped", finished(silent, *STOPPED))
    trial.check()
