"""Many machines write to one profile at once: every change that was acknowledged is there, and everywhere."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.reliability.states import check_whole
from tests.support.agreement import check_answers, check_homes, record_at
from tests.support.network.servers import Server
from tests.support.sizes import TEAM_CHANGES
from tests.support.teams import Score, listed, race, register, team

pytestmark = pytest.mark.slow

WRITERS, FOLLOWERS = 8, 3


def test_every_change_of_eight_racing_machines_is_there_and_on_each(tmp_path: Path, store: str) -> None:
    homes = team(tmp_path, store, WRITERS + FOLLOWERS)
    begun = record_at(store)
    assert begun.stacks == ["default"]
    assert [topic for topic, _ in begun.events].count("zenml:ChangeBegan") == 1
    score = race(homes[:WRITERS], TEAM_CHANGES, homes[WRITERS:])
    assert score.reports == []
    record = record_at(store)
    assert len(record.stacks) == WRITERS * TEAM_CHANGES + 1
    check_answers(score, record)
    check_homes(homes, record)
    for home in (homes[0], homes[-1]):
        check_whole(home)


def test_what_was_acknowledged_is_there_after_two_kills_of_the_server(
    tmp_path: Path, server: Server, database: str
) -> None:
    def kill_twice(score: Score) -> None:
        for third in (1, 2):
            score.wait_for(third * WRITERS * TEAM_CHANGES // 3)
            server.kill()
            server.start()

    homes = team(tmp_path, database, WRITERS + FOLLOWERS)
    score = race(homes[:WRITERS], TEAM_CHANGES, homes[WRITERS:], kill_twice)
    assert score.recorded
    record = record_at(database)
    check_answers(score, record)
    check_homes(homes, record)
    register(homes[0], "afterwards").exits(0)
    assert all("afterwards" in listed(home) for home in homes)
    check_whole(homes[0])


def test_of_eight_machines_that_want_one_name_one_gets_it(tmp_path: Path, store: str) -> None:
    homes = team(tmp_path, store, WRITERS)
    with ThreadPoolExecutor(WRITERS) as pool:
        answers = list(pool.map(lambda home: register(home, "prod"), homes))
    assert sorted(answer.exit for answer in answers) == [0] + [1] * (WRITERS - 1)
    record = record_at(store)
    assert record.stacks == ["default", "prod"]
    check_homes(homes, record)
