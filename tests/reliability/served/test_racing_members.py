"""Many members of a served profile write to it at once: what was acknowledged is there, once, and everywhere."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.reliability.states import check_whole
from tests.support.agreement import check_answers, check_homes
from tests.support.served import ServedTeam
from tests.support.sizes import TEAM_CHANGES
from tests.support.teams import Score, listed, race, register

pytestmark = pytest.mark.slow

WRITERS, FOLLOWERS = 8, 3


def test_every_change_of_eight_racing_members_is_there_and_on_each(served: ServedTeam) -> None:
    homes = served.members(WRITERS + FOLLOWERS)
    score = race(homes[:WRITERS], TEAM_CHANGES, homes[WRITERS:])
    assert score.reports == []
    record = served.record()
    assert len(record.stacks) == WRITERS * TEAM_CHANGES + 1
    check_answers(score, record)
    check_homes(homes, record)
    for home in (served.host, homes[0], homes[-1]):
        check_whole(home)


def test_what_was_acknowledged_is_there_after_two_kills_of_the_service(served: ServedTeam) -> None:
    def kill_twice(score: Score) -> None:
        for third in (1, 2):
            score.wait_for(third * WRITERS * TEAM_CHANGES // 3)
            served.kill()
            served.start()

    homes = served.members(WRITERS + FOLLOWERS)
    score = race(homes[:WRITERS], TEAM_CHANGES, homes[WRITERS:], kill_twice)
    assert score.recorded
    record = served.record()
    check_answers(score, record)
    check_homes(homes, record)
    register(homes[0], "afterwards").exits(0)
    assert all("afterwards" in listed(home) for home in homes)
    check_whole(homes[0])
    check_whole(served.host)


def test_of_eight_members_that_want_one_name_one_gets_it(served: ServedTeam) -> None:
    homes = served.members(WRITERS)
    with ThreadPoolExecutor(WRITERS) as pool:
        answers = list(pool.map(lambda home: register(home, "prod"), homes))
    assert sorted(answer.exit for answer in answers) == [0] + [1] * (WRITERS - 1)
    record = served.record()
    assert record.stacks == ["default", "prod"]
    check_homes(homes, record)
