"""The served ledger as it is stored: where it ends, its events, and whether they were altered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import NamedTuple

import orjson

from zenml.custody import checkpoints
from zenml.custody.event_proofs import entry_of
from zenml.custody.ledger_file import verified
from zenml.custody.ledger_tree import LedgerTree, open_tree
from zenml.domain.errors import DamagedLedgerError
from zenml.evidence.merkle import Frontier, MerkleError
from zenml.evidence.tile_tree import TILE_HASHES
from zenml.ledger.secrets.keyring import Keyring
from zenml.ledger.verification import Verification
from zenml.projections import machine, stored_events, stored_heads, versions
from zenml.projections.database import Database, machine_ledger
from zenml.projections.stored_events import EventRow
from zenml.service.kept_file import KeptFile
from zenml.service.problems import AGAIN, RefusedError
from zenml.service.served import Served, ServedSnapshot, served_profile
from zenml.sharing import confirmations
from zenml.sharing.before_reading import follow_before_reading


class LedgerEnd(NamedTuple):
    """Where the ledger ends.

    Attributes:
        kind: What it is about: ``profile``.
        tree: The right-hand edge of the tree over its events.
        format: The format that it needs.
    """

    kind: str
    tree: Frontier
    format: int

    @property
    def size(self) -> int:
        """The number of events."""
        return self.tree.size


class Page(NamedTuple):
    """Some events, one after the other, and where the ledger ended when they were read.

    Attributes:
        end: Where it ended.
        events: Each with its position and the JSON text that is sent of it.
        last: The position of the last one; where the page was to begin, if there is none.
    """

    end: LedgerEnd
    events: list[tuple[int, bytes]]
    last: int


class ServedRecord:
    """Reads the ledger that is served, and no other. Everything here reads files: never on the event loop.

    Args:
        served: What is served.
        file: The ledger's file.
    """

    def __init__(self, served: Served, file: KeptFile) -> None:
        self.served = served
        self._file = file
        self._following, self._verifying, self._growing = Lock(), Lock(), Lock()
        self._tree: LedgerTree | None = None

    @property
    def path(self) -> str:
        """The ledger's file."""
        return self._file.path

    def follow(self) -> None:
        """Brings what others did in a shared profile, unless its database was asked a moment ago.

        What is here is answered if the database is silent, as to any reader.
        """
        profile = self._profile()
        if profile is None or not profile.is_shared:
            return
        directory = self.served.config_directory
        with self._following:  # whoever comes meanwhile needs not ask again
            if not confirmations.read(directory, self.served.ledger_id).is_fresh:
                follow_before_reading(directory, self.path, profile, Keyring(directory))

    def profile_name(self) -> str:
        """Returns what the profile is called now; its last name if it is gone."""
        with self.opened() as database:
            machine_id = machine_ledger(database)
            name = machine.profile_name(database, machine_id, self.served.ledger_id) if machine_id else None
        return name or self.served.profile

    def end(self) -> LedgerEnd:
        """Returns where the ledger ends."""
        with self.opened() as database:
            return end_of(database, self.served.ledger_id)

    def page(self, after: int, limit: int, most_bytes: int) -> Page:
        """Returns the events after a position.

        Args:
            after: The position.
            limit: How many at most.
            most_bytes: How long their texts may be together; one is returned however long it is.

        Raises:
            RefusedError: The ledger has fewer events than that.
            DamagedLedgerError: One of them is missing, or is no text.
        """
        with self.opened() as database:
            end, events = end_of(database, self.served.ledger_id), list[tuple[int, bytes]]()
            if after > end.size:
                raise RefusedError(
                    409, "beyond_the_end", "The ledger has fewer events.", after=after, size=end.size
                )
            last = min(after + limit, end.size)
            for event in stored_events.events(database, self.served.ledger_id, after + 1, last):
                if event.position != after + len(events) + 1:
                    break
                text = sent(event)
                most_bytes -= len(text) + 1
                if most_bytes < 0 and events:
                    last = events[-1][0]
                    break
                events.append((event.position, text))
        if after + len(events) < last:
            raise DamagedLedgerError(
                f"The event at position {after + len(events) + 1} of the ledger is missing.", code="altered_ledger"
            )
        return Page(end, events, last)

    def tree(self, database: Database) -> LedgerTree:
        """Returns the tree of the ledger as a look at its file has it. It stays in memory: 33 bytes an event.

        Raises:
            DamagedLedgerError: Its events do not lead to its head.
        """
        with self._growing:  # events are hashed once, however many ask
            is_first = self._tree is None
            self._tree = open_tree(database, self.served.ledger_id, self._tree)
            if is_first:
                self._tree.keep(self.path)
            return self._tree

    def checkpoint(self) -> bytes:
        """Returns the newest signed note of the ledger, which is signed now if something was recorded since.

        Raises:
            DamagedLedgerError: The ledger does not continue from what was signed before.
            NotAllowedError: There is no usable key, or the note cannot be kept.
        """
        directory = self.served.config_directory
        with checkpoints.locked(directory), self.opened() as database:
            signed = checkpoints.checkpoint_of_tree(database, directory, self.tree(database), None)
        return signed.note.encode()

    def tile(self, level: int, number: int, width: int) -> bytes | None:
        """Returns hashes of the tree: the first ones of a tile. None if it has not as many yet."""
        with self.opened() as database:
            tree = self.tree(database)
            try:
                # the tree in memory may have grown beyond this look, which does no harm: a tile only grows
                return tree.tiles.tile(level, number, width)
            except MerkleError:
                return None

    def entries(self, number: int, width: int) -> bytes | None:
        """Returns what some leaves are the hashes of, each behind its length in two bytes (C2SP tlog-tiles).

        None if there are not as many yet.

        Raises:
            DamagedLedgerError: One of them is missing or cannot be read.
        """
        first = number * TILE_HASHES + 1
        with self.opened() as database:
            if first + width - 1 > end_of(database, self.served.ledger_id).size:
                return None
            rows = list(stored_events.events(database, self.served.ledger_id, first, first + width - 1))
        if len(rows) != width:
            raise DamagedLedgerError("Events of the ledger are missing.", code="altered_ledger")
        return b"".join(len(entry).to_bytes(2, "big") + entry for entry in map(entry_of, rows))

    def verified(self) -> Verification:
        """Reads the whole file again and returns whether it was altered; one at a time.

        Raises:
            RefusedError: It is being read for somebody else.
        """
        if not self._verifying.acquire(blocking=False):
            raise RefusedError(503, "busy", "The ledger is being verified for somebody else.", AGAIN)
        try:
            return verified(self.served.config_directory, lambda done, total: None, self.served.ledger_id)
        finally:
            self._verifying.release()

    def opened(self) -> AbstractContextManager[Database]:
        """Gives the ledger's file for one look."""
        return self._file.look()

    @contextmanager
    def looking(self) -> Iterator[ServedSnapshot]:
        """Gives one look at what the profile has.

        Raises:
            ProfileNotFoundError: It was deleted.
        """
        with self.opened() as database:
            profile = served_profile(database, self.served.ledger_id)
            yield ServedSnapshot(database, machine_ledger(database) or "", None, profile=profile)

    def _profile(self) -> machine.ProfileRow | None:
        with self.opened() as database:
            machine_id = machine_ledger(database)
            return machine.profile_of_ledger(database, machine_id, self.served.ledger_id) if machine_id else None


def end_of(database: Database, ledger_id: str) -> LedgerEnd:
    """Returns where a ledger ends.

    Raises:
        DamagedLedgerError: It is gone, or its head cannot be read.
    """
    row = stored_heads.head(database, ledger_id)
    if row is None:
        raise DamagedLedgerError("The served ledger is not in its file any more.", code="ledger_gone")
    try:
        tree = Frontier.from_bytes(row.size, row.frontier)
    except (MerkleError, TypeError) as error:
        raise DamagedLedgerError(
            f"The head of the ledger {row.ledger_id} is damaged.", code="altered_ledger"
        ) from error
    return LedgerEnd(row.kind, tree, versions.format_of(database, row.ledger_id))


def sent(event: EventRow) -> bytes:
    """Returns an event as it is sent: its text as it is stored, letter by letter, for that is what is hashed."""
    try:
        return orjson.dumps({"position": event.position, "topic": event.topic, "text": event.text.decode()})
    except (AttributeError, TypeError, UnicodeDecodeError) as error:
        raise DamagedLedgerError(
            f"The event at position {event.position} of the ledger {event.ledger_id} is not text.",
            code="altered_ledger",
        ) from error
