"""With the ledger on top: changes as commands make them, whole or not at all, and good evidence."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.evidence import second
from tests.stores.promises.ground import Ground
from zenml.domain.commands import RegisterComponent, RenameStack
from zenml.domain.errors import StackNotFoundError
from zenml.flavors.lookup import secret_names
from zenml.ledger.change import ChangeBuilder, ChangeHeader
from zenml.ledger.ids import new_id
from zenml.ledger.ledger import Ledger, LockedLedger
from zenml.ledger.origin import origin
from zenml.ledger.secrets.keyring import Keyring
from zenml.projections import machine, stacks
from zenml.stores.protocol import RecordingStore, Store
from zenml.unit_of_work.first_run import make_default_profile

WHO = origin(None, None, None)


def _profile(locked: LockedLedger) -> machine.ProfileRow:
    (profile,) = machine.profiles(locked.transaction.database, locked.machine_id)
    return profile


def stack_names(locked: LockedLedger) -> list[str]:
    """Returns the stacks of the only profile."""
    return stacks.stack_names(locked.transaction.database, _profile(locked).profile_ledger_id)


def rename_twice(change: ChangeBuilder) -> None:
    """Renames a stack, and then once more by its former name, which is refused."""
    change.execute(RenameStack("default", "main"))
    change.execute(RenameStack("default", "other"))


class Ledgers(Ground):
    """A ledger on the store, after the first run of the program."""

    @pytest.fixture
    def keyring(self, tmp_path: Path) -> Keyring:
        """What opens the secrets."""
        return Keyring(str(tmp_path))

    @pytest.fixture
    def used(self, writer: RecordingStore, keyring: Keyring, tmp_path: Path) -> RecordingStore:
        """The store that writes, with what the first run makes."""
        with Ledger(writer, keyring, secret_names).locked() as locked:
            made = make_default_profile(locked, WHO, str(tmp_path), lambda sentence: None, lambda component: None)
            assert made is not None
        return writer

    @pytest.fixture
    def ledger(self, used: RecordingStore, store: Store, keyring: Keyring) -> Ledger:
        """The ledger on the store that is tested."""
        return Ledger(store, keyring, secret_names)

    @contextmanager
    def change(self, ledger: Ledger) -> Iterator[tuple[LockedLedger, ChangeBuilder]]:
        """Holds the lock for a change in the profile; it is finished at the end."""
        with ledger.locked() as locked:
            change = locked.begin(_profile(locked), None)
            yield locked, change
            assert locked.finish(change, ChangeHeader("change", WHO)) is not None


class ChangesAreDecided(Ledgers):
    """What a rehearsal can do too."""

    def test_a_command_sees_what_the_one_before_it_did(self, ledger: Ledger) -> None:
        with self.change(ledger) as (locked, change):
            change.execute(RenameStack("default", "main"))
            assert stack_names(locked) == ["main"]
            change.execute(RenameStack("main", "prod"))
            assert stack_names(locked) == ["prod"]
            assert [event.TOPIC for event in change.events] == ["zenml:StackRenamed"] * 2

    def test_a_change_that_fails_half_way_leaves_nothing_behind(
        self, ledger: Ledger, used: RecordingStore
    ) -> None:
        def half() -> None:
            with self.change(ledger) as (_, change):
                rename_twice(change)

        before = self.dump(used)
        with pytest.raises(StackNotFoundError):
            half()
        assert self.dump(used) == before

    def test_what_fails_within_a_change_can_be_left_out_of_it(self, ledger: Ledger) -> None:
        with self.change(ledger) as (locked, change):
            with pytest.raises(StackNotFoundError), change.whole():
                rename_twice(change)
            assert stack_names(locked) == ["default"]
            change.execute(RenameStack("default", "prod"))
            assert len(change.events) == 1


class ChangesAreRecorded(Ledgers):
    """What a store that records can do."""

    def test_a_change_is_recorded_with_what_it_did(self, ledger: Ledger) -> None:
        with self.change(ledger) as (locked, change):
            change.execute(RenameStack("default", "main"))
            ledger_id = _profile(locked).profile_ledger_id
            size = locked.transaction.head(ledger_id).size
        with ledger.locked() as locked:
            assert stack_names(locked) == ["main"]
            assert locked.transaction.head(ledger_id).size == size + 2
            events = locked.transaction.events(ledger_id, size + 1, size + 2)
        assert [event.TOPIC for event in events] == ["zenml:ChangeBegan", "zenml:StackRenamed"]

    def test_a_secret_is_recorded_with_its_key(self, ledger: Ledger, keyring: Keyring) -> None:
        with self.change(ledger) as (_, change):
            settings = change.sealer.settings({"token": "hidden"}, frozenset({"token"}))
            change.execute(RegisterComponent(new_id(), "orchestrator", "o", "local", settings))
            sealed = {key_id: new.data_key for key_id, new in change.sealer.keys.items()}
        with ledger.locked() as locked:
            wrapped = locked.transaction.wrapped_keys()
        assert {key_id: keyring.machine.unwrap(key_id, row) for key_id, row in wrapped} == sealed
        assert len(sealed) == 1

    def test_rebuilt_views_are_those_that_were_there(self, ledger: Ledger, used: RecordingStore) -> None:
        with self.change(ledger) as (_, change):
            change.execute(RenameStack("default", "main"))
        before, told = self.dump(used), list[int]()
        count = used.rebuild(told.append)
        assert sorted(self.dump(used)) == sorted(before)
        with ledger.locked() as locked:
            heads = locked.transaction.database.execute("SELECT sum(size) FROM heads").fetchone()
            assert (count, stack_names(locked)) == (*heads, ["main"])

    def test_what_is_recorded_is_evidence(self, ledger: Ledger, used: RecordingStore, tmp_path: Path) -> None:
        for old, new in (("default", "main"), ("main", "prod")):
            with self.change(ledger) as (_, change):
                change.execute(RenameStack(old, new))
        copy = tmp_path / "copy.db"
        with closing(sqlite3.connect(copy)) as database:
            database.executescript("\n".join(self.dump(used)))
        found = second.check_ledger(str(copy))
        assert [it["problems"] for it in found.values()] == [[], []]
        with ledger.locked() as locked:
            for ledger_id, it in found.items():
                assert locked.transaction.head(ledger_id).root().hex() == it["root"]
