"""A shared ledger is a store that lasts, whichever kind of database it is in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from tests.stores.contract import BlanksLast, KeysLast, LastingStoreContract
from tests.stores.promises.ground import LEDGER, append, names, within
from tests.support.databases import KINDS, fresh_url
from zenml.projections.versions import FORMAT
from zenml.stores.opening import claim_shared, open_shared
from zenml.stores.protocol import SharedLedgerStore
from zenml.stores.shared.arrivals import Arrivals
from zenml.stores.shared_database.places import read_place


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    with fresh_url(request.param) as url:
        yield url


class TestShared(LastingStoreContract, KeysLast, BlanksLast):
    @pytest.fixture(autouse=True)
    def facts_without_changes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The events of the contract belong to no change, which no program writes: so they may arrive too."""
        monkeypatch.setattr(Arrivals, "_go_on", lambda self, position: None)

    @pytest.fixture
    def reopened(self, tmp_path: Path, url: str) -> Iterator[Callable[[], SharedLedgerStore]]:
        place = read_place(url)
        claim_shared(place, LEDGER, FORMAT, 10)
        path, pending = str(tmp_path / "zenml" / "ledger.db"), str(tmp_path / "zenml" / "pending")
        with ExitStack() as opened:
            yield lambda: opened.enter_context(
                closing(open_shared(path, place, LEDGER, pending, 10, lambda done, total: None))
            )

    def fail_at_the_end(self, transaction: Any) -> None:
        transaction.changes += [(LEDGER, 1), (LEDGER, 2)]  # the same change twice

    @pytest.fixture
    def store(self, reopened: Callable[[], SharedLedgerStore]) -> SharedLedgerStore:
        return reopened()

    def test_a_copy_whose_head_cannot_be_read_is_fetched_again(self, store: SharedLedgerStore) -> None:
        within(store, lambda it: append(it, "a", "b", "c"))
        self.set_head(store, 4, bytes(40))
        assert store.catch_up(3).size == 3
        with store.transaction() as transaction:
            assert names(transaction, 1, 3) == ["a", "b", "c"]
