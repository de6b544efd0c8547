"""The tables of a shared database are made by several programs at once, while others already use them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest

from tests.support.network.servers import SERVERS, running
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.places import read_place

PROGRAMS, ROUNDS = 8, 10


@pytest.mark.parametrize("kind", ["sqlite", *SERVERS])
def test_programs_that_make_the_tables_at_once_agree_on_one_ledger(kind: str, tmp_path: Path) -> None:
    if kind == "sqlite":
        for number in range(5 * ROUNDS):  # they take no time
            check_one_ledger(f"sqlite:///{tmp_path / f'{number}.db'}")
    else:
        with running(kind) as server:
            for number in range(ROUNDS):
                check_one_ledger(server.create_database(f"team{number}"))


def check_one_ledger(url: str) -> None:
    barrier = Barrier(PROGRAMS)

    def begin(_: int) -> str:
        shared = SharedDatabase(read_place(url), patience=10)
        barrier.wait()
        try:
            shared.prepare()
            return shared.claim("profile", str(uuid4()), 1).ledger_id
        finally:
            shared.close()

    with ThreadPoolExecutor(PROGRAMS) as pool:
        assert len(set(pool.map(begin, range(PROGRAMS)))) == 1
