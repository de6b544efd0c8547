"""The transaction of a shared ledger: what is appended to it, and what is this machine's alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, ClassVar

import orjson
from eventsourcing.persistence import StoredEvent

from zenml.domain.errors import NotAllowedError
from zenml.domain.events import ChangeBegan, Event
from zenml.evidence.merkle import Frontier
from zenml.projections import machine
from zenml.stores.blanking import by_position
from zenml.stores.protocol import KeyRow, SharedHead
from zenml.stores.shared_database.rows import SharedEvent, SharedKey
from zenml.stores.transactions import RecordingTransaction, format_of

if TYPE_CHECKING:
    from zenml.projections.database import Database
    from zenml.projections.rows import Rows

_MASTER = "master"
"""How a data key is wrapped: with the key of the shared ledger."""


class SharedTransaction:
    """The file and the shared ledger, while both are locked.

    Attributes:
        database: The connection that has the views.
        shared: The shared ledger as the database has it.
        events_appended: What is to be appended to it at the end, with `changes`, `keys` and `head_appended`.
        key_check: What its key is known by from now on; None for no change, as `rewrapped` is empty then.
        keys_removed: The data keys that are to be destroyed in the database.
        values_blanked: The values that are to be blanked there: position, and pointer.
        apart: What was appended to this machine's own ledgers, with `apart_keys`.
    """

    REHEARSED: ClassVar[bool] = False

    def __init__(self, local: RecordingTransaction, head: SharedHead, ledger_id: str) -> None:
        self._local = local
        self._ledger_id = ledger_id
        self.goes_on = False  # what others did may have come just now
        self.shared = head
        self.events_appended: list[SharedEvent] = []
        self.changes: list[tuple[str, int]] = []
        self.keys: list[SharedKey] = []
        self.head_appended = Frontier()
        self.key_check: bytes | None = None
        self.rewrapped: list[SharedKey] = []
        self.keys_removed: list[str] = []
        self.values_blanked: list[tuple[int, str]] = []
        self.apart: list[tuple[str, str, list[StoredEvent]]] = []
        self.apart_keys: list[tuple[str, KeyRow]] = []

    @property
    def is_to_record(self) -> bool:
        """Whether something is to be done in the database at the end."""
        return bool(self.events_appended or self.key_check or self.values_blanked or self.keys_removed)

    def blanked(self) -> tuple[dict[int, bytes], dict[int, list[str]]]:
        """Returns the shared ledger's events in which something is to be blanked, and where, by position."""
        texts = {
            position: text for position, _, text in self._local.texts_blanked(self._ledger_id, self.values_blanked)
        }
        return texts, by_position(self.values_blanked)

    @property
    def database(self) -> Database:
        """The connection that has the views."""
        return self._local.database

    @property
    def rows(self) -> Rows:
        """The views as handlers of events see them."""
        return self._local.rows

    @property
    def views_were_edited(self) -> bool:
        """Whether somebody had edited the views."""
        return self._local.views_were_edited

    def ledger(self, kind: str) -> str | None:
        """Returns the id of the first ledger of a kind."""
        return self._local.ledger(kind)

    def head(self, ledger_id: str) -> Frontier:
        """Returns size and frontier of a ledger's tree."""
        return self._local.head(ledger_id, locked=self._ledger_id)

    def events(self, ledger_id: str, first: int, last: int) -> list[Event]:
        """Returns the events at some positions."""
        return self._local.events(ledger_id, first, last)

    def wrapped_keys(self) -> list[tuple[str, bytes]]:
        """Returns the stored data keys of all ledgers, as they are wrapped."""
        return self._local.wrapped_keys()

    def begin_change(self) -> None:
        """Does nothing: what is appended is recorded as it is."""

    def append(self, ledger_id: str, kind: str, stored: list[StoredEvent], head: Frontier) -> None:
        """Stores events at the end of a ledger; those of the shared one go to the database at the end.

        Raises:
            NotAllowedError: The shared ledger has a format that does not know them.
        """
        if ledger_id != self._ledger_id:
            self.apart.append((ledger_id, kind, stored))
        else:
            self._check_format(ledger_id, stored)
            self.changes += _changes(stored)
            self.events_appended += [SharedEvent(one.originator_version, one.topic, one.state) for one in stored]
            self.head_appended = head
        self._local.append(ledger_id, kind, stored, head)

    def _check_format(self, ledger_id: str, stored: list[StoredEvent]) -> None:
        if format_of(stored) > self.shared.format:
            raise NotAllowedError(
                "The profile is shared with earlier versions of zenml, which do not know what this records.",
                code="shared_format",
                profile=machine.profile_name(self.database, self.ledger("machine") or "", ledger_id) or "",
            )

    def add_key(self, ledger_id: str, key: KeyRow) -> None:
        """Stores a data key."""
        if ledger_id == self._ledger_id:
            self.keys.append(SharedKey(key.key_id, _MASTER, key.wrapped, key.digest))
        else:
            self.apart_keys.append((ledger_id, key))
        self._local.add_key(ledger_id, key)

    def remove_keys(self, ledger_id: str, key_ids: Collection[str]) -> None:
        """Destroys data keys; those of the shared ledger in the database, too, at the end."""
        if ledger_id == self._ledger_id:
            self.keys = [key for key in self.keys if key.key_id not in key_ids]
            self.keys_removed += key_ids
        self._local.remove_keys(ledger_id, key_ids)

    def blank(self, ledger_id: str, values: Collection[tuple[int, str]]) -> None:
        """Blanks salted values; those of the shared ledger in the database, too, at the end."""
        self._local.blank(ledger_id, values)
        if ledger_id == self._ledger_id:
            self.values_blanked += values

    def set_key_check(self, key_check: bytes) -> None:
        """Notes what the right key of the ledger is known by."""
        self.key_check = key_check
        self.shared = self.shared._replace(key_check=key_check)

    def rewrap(self, keys: Sequence[KeyRow], key_check: bytes) -> None:
        """Has the database take data keys of the shared ledger in another wrapping, at the end."""
        self.set_key_check(key_check)
        self.rewrapped = [SharedKey(key.key_id, _MASTER, key.wrapped, key.digest) for key in keys]

    def close(self) -> None:
        """Ends it: from here on nothing is recorded."""
        self._local.close()


def _changes(stored: list[StoredEvent]) -> list[tuple[str, int]]:
    """Returns the id and the position of each change that begins in some events."""
    return [
        (orjson.loads(event.state)["change_id"], event.originator_version)
        for event in stored
        if event.topic == ChangeBegan.TOPIC
    ]
