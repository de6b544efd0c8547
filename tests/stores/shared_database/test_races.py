"""Many append to one ledger at the same time: whatever is acknowledged is there, once, and there is no hole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.stores.shared_database.made import Team, edge, record
from zenml.stores.shared_database.database import SharedDatabase

MEMBERS, EACH = 6, 5


def test_all_that_many_append_is_there_once(team: Team) -> None:
    start = Barrier(MEMBERS)

    def work(number: int) -> list[str]:
        one = SharedDatabase(team.place, patience=10)
        start.wait()
        try:
            return [record(one, team.ledger_id, *[f"{number}.{done}".encode()] * 2) for done in range(EACH)]
        finally:
            one.close()

    with ThreadPoolExecutor(MEMBERS) as threads:
        acknowledged = [change_id for done in threads.map(work, range(MEMBERS)) for change_id in done]
    one, size = team.member(), MEMBERS * EACH * 2
    head = one.head(team.ledger_id)
    assert head
    assert (head.size, head.frontier) == (size, edge(size))
    states = [event.state for event in one.events(team.ledger_id, 0)]
    assert states[::2] == states[1::2]
    assert len(set(states)) == MEMBERS * EACH
    assert sorted(one.position_of(team.ledger_id, change_id) or 0 for change_id in acknowledged) == [
        *range(1, size, 2)
    ]
