"""The database cannot be reached: what is here can be read, and other profiles notice nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability.shared.commands import patiently
from tests.reliability.shared.trial import Trial
from tests.support.network.lines import Line
from tests.support.network.relaying import Cut
from tests.support.tables import column
from tests.support.teams import ALWAYS_ASK, PARTS, PROFILE, RECORDED, register

pytestmark = pytest.mark.slow

LOCAL = {"ZENML_ACTIVATED_PROFILE": "default"}


@pytest.fixture
def trial(tmp_path: Path, database: str, line: Line) -> Trial:
    return Trial(tmp_path, database, line)


@pytest.fixture(params=["refused", "silent"])
def unreachable(request: pytest.FixtureRequest, trial: Trial) -> Trial:
    """Two machines, of which `far` cannot reach the database any more."""
    trial.change("before").exits(RECORDED)
    trial.score.answered("meanwhile", register(trial.near, "meanwhile").exits(RECORDED))
    if request.param == "refused":
        trial.line.refuse()
    else:
        trial.line.watch(Cut(1, silent=True))
    return trial


def test_what_is_there_is_listed_and_it_is_said_how_old_it_is(unreachable: Trial) -> None:
    answer = unreachable.far.done("stack", "list", env=ALWAYS_ASK)
    assert column(answer.rows, "STACK NAME") == ["before", "default"]
    assert "as of" in answer.stderr


def test_a_change_is_refused_and_not_recorded_later(unreachable: Trial) -> None:
    answer = unreachable.change("refused", hurried=True).exits(1)
    assert "Error: " in answer.stderr
    unreachable.line.watch()
    unreachable.line.drop()
    unreachable.line.accept()
    unreachable.change("after").exits(RECORDED)
    unreachable.check()


def test_other_profiles_ask_nobody(unreachable: Trial) -> None:
    unreachable.line.watch()
    for words in (("stack", "list"), ("stack", "register", "own", *PARTS), ("undo",), ("history",)):
        answer = unreachable.far.done(*words, env=LOCAL)
        assert PROFILE not in answer.stderr, answer.report()
    assert unreachable.line.packets == []


def test_a_read_asks_nobody_while_the_last_answer_is_fresh_and_once_when_it_is_not(trial: Trial) -> None:
    trial.change("before").exits(RECORDED)
    trial.line.watch()
    trial.far.done("stack", "list", env={"ZENML_FRESH": "3600"})
    assert trial.line.packets == []
    trial.far.done("stack", "list", env=ALWAYS_ASK)
    assert len(trial.line.packets) == 1


@pytest.mark.parametrize("command", ["list", "register"])
def test_a_slow_line_is_waited_for(trial: Trial, command: str) -> None:
    trial.line.slow_down(0.1)
    words = ("stack", "list") if command == "list" else ("stack", "register", "slow", *PARTS)
    patiently(trial.far, *words).exits(RECORDED)
