"""Copying a ledger of this machine's file to a database, batch by batch: it goes on where it was cut short."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import orjson

from zenml.domain.errors import AlreadyExistsError, CommitUnknownError, DamagedLedgerError, UnreachableError
from zenml.domain.events import ChangeBegan
from zenml.evidence.merkle import Frontier, leaf_hash
from zenml.projections import stored_events, stored_heads
from zenml.projections.database import Database, connect
from zenml.stores.shared.moved import ARRIVING
from zenml.stores.shared_database.rows import SharedEvent

if TYPE_CHECKING:
    from zenml.stores.protocol import SharedHead
    from zenml.stores.shared_database.database import SharedDatabase
    from zenml.stores.shared_database.locked import LockedShared
    from zenml.stores.shared_database.rows import SharedKey

_BATCH = 1_000
"""Events that are stored in the database at once: what an interrupted move has to do again."""


class LedgerCopy:
    """A ledger on its way to a database.

    Args:
        path: The file of this machine's ledgers.
        database: Where the ledger goes.
        ledger_id: The ledger.
        progress: Called with the number of events that are there, and of those there are.
    """

    def __init__(
        self,
        path: str,
        database: SharedDatabase,
        ledger_id: str,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        self.database = database
        self._path = path
        self._ledger_id = ledger_id
        self._progress = progress
        self._there = Frontier()
        self._checked = Frontier()

    def claim(self, format: int, *, closed: bool) -> bool:
        """Keeps the place for the ledger: nobody else may begin one there, nor use this one.

        Args:
            format: The format of the ledger, if its row is made now.
            closed: Whether the place that it leaves is closed: then it may be here already, and in use.

        Returns:
            Whether it is to be copied; not if it is here and in use.

        Raises:
            AlreadyExistsError: Another ledger is there, or this one is in use there too.
            LedgerError: The database cannot be used.
        """
        self.database.prepare()
        head = self.database.claim("profile", self._ledger_id, format, moved_to=ARRIVING)
        _check_free(head, self._ledger_id, self.database.place.named, closed=closed)
        if head.moved_to is None:
            return False
        if head.moved_to != ARRIVING and not closed:
            with self.database.locked(self._ledger_id) as locked:
                _check_free(locked.head, self._ledger_id, self.database.place.named, closed=False)
                locked.set_moved_to(ARRIVING)
                committed(locked)
        return True

    def check_place(self, *, closed: bool) -> None:
        """Makes sure that the ledger may come there; makes nothing. Raises as `claim` does."""
        head = self.database.head_of_slot()
        if head is not None:
            _check_free(head, self._ledger_id, self.database.place.named, closed=closed)

    def bring(self) -> None:
        """Copies what is in the file by now, and reads it back.

        Raises:
            DamagedLedgerError: What is there is not what is in the file.
            LedgerError: The database cannot be used.
        """
        with closing(connect(self._path)) as file:
            while self._there.size < (size := stored_heads.size(file, self._ledger_id)):
                with self.database.locked(self._ledger_id) as locked:
                    self._recognize(file, locked.head)
                    if self._append(file, locked, self._there.size + _BATCH):
                        committed(locked)
                self._progress(self._there.size, size)
        self._check()

    def finish(self, file: Database, locked: LockedShared, keys: Iterable[SharedKey], check: bytes | None) -> None:
        """Copies the rest and the data keys, while both are locked, and keeps them; the ledger is not in use yet.

        Args:
            file: The file.
            locked: The ledger in the database.
            keys: The data keys of its secrets, wrapped for the new place.
            check: What the right key is known by.

        Raises:
            DamagedLedgerError: What is there is not what is in the file.
        """
        self._recognize(file, locked.head)
        while self._append(file, locked, self._there.size + _BATCH):
            pass
        _bring_keys(locked, {key.key_id: key for key in keys})
        if check is not None:
            locked.set_key_check(check)
        self._check()
        self._compare(file, locked.head)
        committed(locked)

    def open(self) -> None:
        """Lets everybody use the ledger where it has come to. To be called when it is closed where it was.

        Raises:
            DamagedLedgerError: What is there is not what is in the file.
            LedgerError: The database cannot be used.
        """
        with self.database.locked(self._ledger_id) as locked, closing(connect(self._path)) as file:
            if locked.head.moved_to is not None:
                self._compare(file, locked.head)
                locked.set_moved_to(None)
                committed(locked)

    def _append(self, file: Database, locked: LockedShared, last: int) -> bool:
        """Stores the next events, up to a position; returns whether there are any."""
        events, changes, tree = [], [], self._there
        for event, fields, leaf in _events(file, self._ledger_id, self._there.size + 1, last):
            events.append(event)
            if event.topic == ChangeBegan.TOPIC:
                changes.append((fields["change_id"], event.position))
            tree = tree.appended(leaf)
        if events:
            locked.append(events, changes, [], tree.size, tree.to_bytes())
            self._there = tree
        return bool(events)

    def _recognize(self, file: Database, head: SharedHead) -> None:
        """Takes what is in the database for copied, if it is what is in the file."""
        if head.size < self._there.size:
            self._there = Frontier()
        leaves = (leaf for _, _, leaf in _events(file, self._ledger_id, self._there.size + 1, head.size))
        self._there = self._there.extended(leaves)
        if (self._there.size, self._there.to_bytes()) != (head.size, head.frontier):
            raise self._another()

    def _compare(self, file: Database, head: SharedHead) -> None:
        row = stored_heads.head(file, self._ledger_id)
        if row is None or (row.size, row.frontier) != (head.size, head.frontier):
            raise self._another()

    def _check(self) -> None:
        """Reads back what was not read back yet."""
        while self._checked.size < self._there.size:
            try:
                for position, topic, state in self.database.events(self._ledger_id, self._checked.size):
                    leaf = leaf_hash(self._ledger_id, position, topic, orjson.loads(state))
                    self._checked = self._checked.appended(leaf)
            except ValueError as error:
                raise self._another() from error
        if self._checked != self._there:
            raise self._another()

    def _another(self) -> DamagedLedgerError:
        return DamagedLedgerError(
            f"What the shared database {self.database.place.named} has of the ledger {self._ledger_id} is not "
            "what is in this machine's file.",
            code="altered_shared_database",
        )


def _check_free(head: SharedHead, ledger_id: str, where: str, *, closed: bool) -> None:
    """Makes sure that a ledger may come to where a row is.

    Args:
        head: The row.
        ledger_id: The ledger.
        where: The database, in words.
        closed: Whether the place that it leaves is closed: then it may be here already, and in use.

    Raises:
        AlreadyExistsError: It is the row of another ledger, or this one is in use there too.
    """
    if head.ledger_id != ledger_id:
        raise AlreadyExistsError(
            f"The shared database {where} has another profile's ledger, by the name '{head.slot}'.",
            code="place_taken",
        )
    if head.moved_to is None and not closed:
        raise AlreadyExistsError(
            f"The shared database {where} has a copy of this ledger that is in use.", code="ledger_in_use_twice"
        )


def _bring_keys(locked: LockedShared, keys: dict[str, SharedKey]) -> None:
    """Makes the data keys there those that are given: a secret that was destroyed elsewhere is not kept either."""
    stored = locked.keys()
    there = {key.key_id: key for key in stored}
    new = [key for key_id, key in keys.items() if key_id not in there]
    if new:
        locked.append([], [], new, locked.head.size, locked.head.frontier)
    locked.rewrap([key for key_id, key in keys.items() if there.get(key_id, key) != key])
    locked.remove_keys(sorted(there.keys() - keys.keys()))


def committed(locked: LockedShared) -> None:
    """Commits.

    Raises:
        UnreachableError: Nobody knows whether it was kept; whoever does the same again finds out.
        LedgerError: It was not kept.
    """
    try:
        locked.commit()
    except CommitUnknownError as error:
        raise UnreachableError(error.message, code="move_cut_short") from error


def _events(
    file: Database, ledger_id: str, first: int, last: int
) -> Iterator[tuple[SharedEvent, dict[str, str], bytes]]:
    """Yields events of the file as the database has them, with their fields and their hashes."""
    for row in stored_events.events(file, ledger_id, first, last):
        fields = orjson.loads(row.text)
        yield (
            SharedEvent(row.position, row.topic, row.text),
            fields,
            leaf_hash(ledger_id, row.position, row.topic, fields),
        )
