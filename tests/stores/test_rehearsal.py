"""A rehearsal decides like the file it looks at, and leaves every byte of it as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.stores.contract import KeysAreListed, StoreContract
from tests.stores.promises.changes import stack_names
from tests.stores.promises.ground import LEDGER, append
from zenml.domain.commands import RenameStack
from zenml.ledger.ledger import Ledger
from zenml.stores.local import LocalStore
from zenml.stores.protocol import KeyRow, RecordingStore
from zenml.stores.rehearsal import RehearsalStore


class TestRehearsal(StoreContract, KeysAreListed):
    @pytest.fixture
    def writer(self, tmp_path: Path) -> Iterator[LocalStore]:
        with closing(LocalStore(str(tmp_path / "zenml" / "ledger.db"))) as file:
            with file.transaction():
                pass  # which makes the tables
            yield file

    @pytest.fixture
    def store(self, writer: LocalStore) -> Iterator[RehearsalStore]:
        with closing(RehearsalStore(writer.path)) as store:
            yield store

    def test_nothing_of_it_stays(self, store: RehearsalStore, writer: RecordingStore) -> None:
        before = self.dump(writer)
        with store.transaction() as transaction:
            assert transaction.REHEARSED
            append(transaction, "a", "b")
            transaction.add_key(LEDGER, KeyRow("key", b"wrapped", b"digest"))
        assert self.dump(writer) == before
        with store.transaction() as transaction:
            assert transaction.head(LEDGER).size == 0

    def test_nothing_of_a_change_stays(self, ledger: Ledger, used: RecordingStore) -> None:
        before = self.dump(used)
        with self.change(ledger) as (locked, change):
            change.execute(RenameStack("default", "main"))
            assert stack_names(locked) == ["main"]
        assert self.dump(used) == before
        with ledger.locked() as locked:
            assert stack_names(locked) == ["default"]

    def test_only_the_views_in_which_something_changes_are_copied(
        self, ledger: Ledger, used: RecordingStore
    ) -> None:
        with self.change(ledger) as (locked, change):
            change.execute(RenameStack("default", "main"))
            copied = "SELECT name FROM sqlite_temp_master WHERE type = 'table'"
            assert locked.transaction.database.execute(copied).fetchall() == [("stacks",)]

    def test_what_is_taken_back_can_be_done_otherwise(self, ledger: Ledger, used: RecordingStore) -> None:
        with self.change(ledger) as (locked, change):
            with suppress(ZeroDivisionError), change.whole():
                change.execute(RenameStack("default", "main"))
                raise ZeroDivisionError
            assert stack_names(locked) == ["default"]
            change.execute(RenameStack("default", "other"))
            assert stack_names(locked) == ["other"]

    def test_others_write_meanwhile(self, store: RehearsalStore, writer: RecordingStore) -> None:
        with store.transaction() as rehearsed:
            append(rehearsed, "a")
            with writer.transaction() as transaction:
                append(transaction, "b", "c")
            assert rehearsed.head(LEDGER).size == 1
        with store.transaction() as rehearsed:
            assert rehearsed.head(LEDGER).size == 2
