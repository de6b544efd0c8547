"""A ledger that a service keeps is a store that lasts, as far as this machine is concerned."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from tests.stores.contract import LastingStoreContract
from tests.stores.promises.ground import LEDGER, OTHER, append, within
from tests.stores.rest.keeper import TOKEN, Keeper, serving
from zenml.ledger.ids import new_change_id
from zenml.projections import views
from zenml.projections.stored_events import EventRow
from zenml.stores.opening import open_shared
from zenml.stores.protocol import RecordingStore, SharedLedgerStore
from zenml.stores.rest.places import read_service
from zenml.stores.rest.transaction import Proposal, RestTransaction
from zenml.stores.shared.arrivals import Arrivals


@pytest.fixture
def keeper() -> Keeper:
    return Keeper(LEDGER)


def proposal_without_change(transaction: RestTransaction) -> Proposal | None:
    """Proposes the events of the contract, which belong to no change."""
    commands = transaction._commands
    change_id = new_change_id()
    return Proposal(change_id, "changes", {"change_id": change_id, "commands": commands}) if commands else None


class TestRest(LastingStoreContract):
    @pytest.fixture(autouse=True)
    def facts_without_changes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The events of the contract belong to no change, which no program writes: so they may be sent too."""

        def follow(database: sqlite3.Connection, ledger_id: str, stored: Iterable[EventRow]) -> None:
            views.mark(database, ledger_id, max(row.position for row in stored))

        monkeypatch.setattr(Arrivals, "_go_on", lambda self, position: None)
        monkeypatch.setattr(RestTransaction, "proposal", proposal_without_change)
        monkeypatch.setattr(views, "follow", follow)

    @pytest.fixture
    def reopened(self, tmp_path: Path, keeper: Keeper) -> Iterator[Callable[[], SharedLedgerStore]]:
        path, pending = str(tmp_path / "zenml" / "ledger.db"), str(tmp_path / "zenml" / "pending")
        self.keeper = keeper
        with ExitStack() as opened:
            port = opened.enter_context(serving(keeper))
            place = read_service(f"http://127.0.0.1:{port}", TOKEN)
            yield lambda: opened.enter_context(
                closing(open_shared(path, place, LEDGER, pending, 10, lambda done, total: None))
            )

    @pytest.fixture
    def filled(self, writer: RecordingStore) -> RecordingStore:
        """The same as in other stores, in two transactions: a service is asked about its own ledger alone."""
        within(writer, lambda it: append(it, "a", "b", "c"))
        within(writer, lambda it: append(it, "x", ledger_id=OTHER))
        return writer

    def fail_at_the_end(self, transaction: Any) -> None:
        transaction._commands[0]["topic"] = "zenml:Refused"

    @pytest.fixture
    def store(self, reopened: Callable[[], SharedLedgerStore]) -> SharedLedgerStore:
        return reopened()
