"""Machines record runs of a shared profile at the same time: nothing is lost, and nothing is there twice."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.runs.recording import MadeUpProfile, note, on, opened
from tests.support import plain_sql, shared
from tests.support.databases import KINDS, fresh_url
from zenml.stores.runs.stored import end_in

MACHINES, NOTES = 3, 6
BEGIN_RUNS = """
from zenml.api.runs.ledgers import ledger_of_this_year
from zenml.repository import Repository

print(ledger_of_this_year(Repository()).runs_ledger_id)
"""


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    with fresh_url(request.param) as url:
        yield url


def test_what_each_machine_records_is_there_once_and_in_its_order(tmp_path: Path, url: str) -> None:
    place = MadeUpProfile(tmp_path, url)

    def work(number: int) -> None:
        for one in range(NOTES):
            place.machine(f"machine-{number}").append([note(place.run_id, f"{number}-{one}")])

    with ThreadPoolExecutor(MACHINES) as pool:
        list(pool.map(work, range(MACHINES)))
    recorded = place.recorded()
    for number in range(MACHINES):
        mine = [name for name in recorded if name.startswith(f"{number}-")]
        assert mine == [f"{number}-{one}" for one in range(NOTES)]
    ends = set()
    for number in range(MACHINES):
        machine = place.machine(f"machine-{number}")
        machine.catch_up()
        ends.add(end_in(machine.path))
    assert [end.size for end in ends] == [1 + MACHINES * NOTES]


def test_two_machines_begin_a_year_at_once_and_have_one_ledger(tmp_path: Path, url: str) -> None:
    homes = [shared.machine(tmp_path / f"home-{number}", f"home-{number}") for number in range(MACHINES)]
    for home in homes:
        shared._make(home, "team", url)
    with ThreadPoolExecutor(MACHINES) as pool:
        answers = list(pool.map(lambda home: home.python(BEGIN_RUNS), homes))
    assert [answer.exit for answer in answers] == [0] * MACHINES, answers
    assert len({answer.stdout for answer in answers}) == 1
    began = plain_sql.rows(url, "SELECT count(*) FROM zenml_events WHERE topic = 'zenml:RunsLedgerBegan'")
    assert began == [(1,)]
    with on(homes[0]) as repository:
        assert opened(repository)[1].runs_ledger_id == answers[0].stdout.strip()
