from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.stores.contract import KeysAreRecorded, RecordingStoreContract, ValuesAreBlanked
from zenml.stores.memory import MemoryStore


class TestMemory(RecordingStoreContract, KeysAreRecorded, ValuesAreBlanked):
    @pytest.fixture
    def store(self) -> Iterator[MemoryStore]:
        with closing(MemoryStore()) as store:
            yield store


def test_two_have_nothing_in_common() -> None:
    with closing(MemoryStore()) as one, closing(MemoryStore()) as other:
        with one.transaction() as transaction:
            transaction.database.execute("CREATE TABLE mine (id)")
        with other.transaction() as transaction:
            assert transaction.database.execute("SELECT * FROM sqlite_master WHERE name = 'mine'").fetchall() == []
