"""Many clients write through the service as fast as it answers, others read: nothing is lost, twice or missed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability.states import check_whole
from tests.support import loads
from tests.support.served import ServedTeam
from tests.support.sizes import LOAD
from tests.support.teams import PROFILE

pytestmark = pytest.mark.slow

WRITERS, READERS = 16, 2


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedTeam]:
    team = ServedTeam(tmp_path / "team")
    yield team
    team.down()


def test_whatever_was_acknowledged_under_load_is_in_the_ledger_once(served: ServedTeam) -> None:
    before = len(served.record().events)
    url = f"http://{served.token('load')}@127.0.0.1:{served.port}"
    changes = LOAD // WRITERS
    load = loads.put_on(
        url, served.ledger_id, served.host.variables(), writers=WRITERS, changes=changes, readers=READERS
    )
    assert len(load.changes) == WRITERS * changes
    record = served.record()
    began = [json.loads(state)["change_id"] for topic, state in record.events if topic == "zenml:ChangeBegan"]
    assert sorted(began[-len(load.changes) :]) == sorted(load.changes)
    assert len(record.events) == before + 2 * len(load.changes)
    # those who read were given all of it, one after the other, up to the end that they were told last
    assert load.read == [len(record.events)] * READERS
    served.down()
    check_whole(served.host)
    # the file for people, which is written now and then meanwhile, has what is so in the end
    file = served.host.config / "profiles" / PROFILE / "profile.yaml"
    assert all(f"w{writer}-{changes - 1}" in file.read_text() for writer in range(1, WRITERS + 1))
