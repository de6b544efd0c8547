"""Many processes write at once: every change that was acknowledged is there, and no reader is disturbed."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest

from tests.reliability.states import PARTS, check_whole, query, stacks
from tests.support.program import Home, Result
from tests.support.sizes import RACING_CHANGES
from tests.support.tables import column

pytestmark = pytest.mark.slow

WRITERS = 8
FIRST_RUNS = 3
PAUSE = 0.3  # seconds between two looks of a reader: the writers shall be the ones who keep the machine busy

# Every command is a process of its own, as in eight terminals; the threads here do nothing but wait for them.


def write(home: Home, writer: int, acknowledged: list[str]) -> list[Result]:
    answers = []
    for number in range(RACING_CHANGES):
        name = f"w{writer}-{number}"
        answers.append(home.run("stack", "register", name, *PARTS))
        if answers[-1].exit == 0:
            acknowledged.append(name)
    return answers


def list_stacks(home: Home, done: Event, acknowledged: list[str]) -> int:
    """Reads on and on; whatever was acknowledged before a reader started, it sees."""
    rounds = 0
    while not done.is_set():
        expected = set(acknowledged)
        answer = quiet(home.run("stack", "list"))
        assert expected <= set(column(answer.rows, "STACK NAME"))
        rounds += 1
        done.wait(PAUSE)
    return rounds


def list_changes(home: Home, done: Event) -> int:
    rounds = 0
    while not done.is_set():
        answer = quiet(home.run("history", "--limit", "5"))
        assert 1 <= len(answer.rows) <= 5
        rounds += 1
        done.wait(PAUSE)
    return rounds


def quiet(answer: Result) -> Result:
    """Checks that a reader was answered and was told of no trouble."""
    answer.exits(0)
    unusual = [
        line for line in answer.stderr.splitlines() if not line.startswith(("Unable to find", "Running with"))
    ]
    assert unusual == [], answer.report()
    return answer


def test_every_change_of_eight_racing_writers_is_there(used: Home) -> None:
    done, acknowledged = Event(), list[str]()
    with ThreadPoolExecutor(WRITERS + 2) as pool:
        readers: list[Future[int]] = [
            pool.submit(list_stacks, used, done, acknowledged),
            pool.submit(list_changes, used, done),
        ]
        writers = [pool.submit(write, used, writer, acknowledged) for writer in range(WRITERS)]
        try:
            answers = [answer for writer in writers for answer in writer.result()]
        finally:
            done.set()
    assert [answer.report() for answer in answers if answer.exit != 0] == []
    assert all(reader.result() > 0 for reader in readers)
    expected = {f"w{writer}-{number}" for writer in range(WRITERS) for number in range(RACING_CHANGES)}
    assert sorted(stacks(used)) == sorted(expected | {"default"})
    assert query(used, "SELECT count(*) FROM changes WHERE kind = 'change'") == [(WRITERS * RACING_CHANGES,)]
    check_whole(used)


@pytest.mark.parametrize("attempt", range(FIRST_RUNS))
def test_of_eight_racing_first_runs_one_makes_the_default_profile(home: Home, attempt: int) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        answers = list(pool.map(lambda _: home.run("stack", "list"), range(WRITERS)))
    assert [answer.report() for answer in answers if answer.exit != 0] == []
    assert {tuple(column(answer.rows, "STACK NAME")) for answer in answers} == {("default",)}
    assert query(home, "SELECT kind FROM changes") == [("init",)]
    told = [answer for answer in answers if "Created and activated default profile." in answer.stderr]
    assert len(told) == 1
    check_whole(home)
