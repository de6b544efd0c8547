"""A ledger of a shared database while nobody else can append to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from zenml.domain.errors import NotAllowedError, UnreachableError
from zenml.domain.secrecy import masked
from zenml.evidence.merkle import HASH_BYTES
from zenml.stores.blanking import blanked, have_same_commitments
from zenml.stores.protocol import SharedHead
from zenml.stores.shared_database import failures, queries
from zenml.stores.shared_database.inserting import is_small, packets
from zenml.stores.shared_database.places import SharedPlace
from zenml.stores.shared_database.rows import MAX_STATE, MAX_TOPIC, SharedEvent, SharedKey
from zenml.stores.shared_database.sessions import (
    Answered,
    DatabaseSession,
    DatabaseTrouble,
    Statement,
    Trouble,
)
from zenml.stores.shared_database.url_text import MAX_URL

_BLANK = "UPDATE zenml_events SET state = ? WHERE ledger_id = ? AND position = ?"

_REMOVE = "DELETE FROM zenml_events WHERE ledger_id = ? AND position > ? AND position <= ?"

_AT_ONCE = DatabaseSession.PACKET // (2 * MAX_STATE)
"""Events that are blanked with one packet."""


class LockedShared:
    """A transaction that has the lock of one ledger. It ends without a trace unless it is committed.

    Attributes:
        head: The ledger as it is now, with what was done here.
    """

    def __init__(self, session: DatabaseSession, place: SharedPlace, head: SharedHead) -> None:
        self._session = session
        self._place = place
        self.head = head
        self.is_over = False
        self.is_committed: bool | None = False
        """None if nobody knows."""

    def events(self, after: int, limit: int = queries.MOST_ROWS) -> list[SharedEvent]:
        """Returns the events behind a position, in order."""
        return queries.events(self._run, self._place.named, self.head.ledger_id, after, limit)

    def keys(self, key_ids: Collection[str] | None = None) -> list[SharedKey]:
        """Returns the keys of the ledger's secrets, or those of them that are named."""
        return queries.keys(self._run, self._place.named, self.head.ledger_id, key_ids)

    def position_of(self, change_id: str) -> int | None:
        """Returns where a change begins; None if it is not there."""
        return queries.position_of(self._run, self._place.named, self.head.ledger_id, change_id)

    def append(
        self,
        events: Sequence[SharedEvent],
        changes: Sequence[tuple[str, int]],
        keys: Sequence[SharedKey],
        size: int,
        frontier: bytes,
    ) -> None:
        """Stores events behind the last one, with the changes that begin in them and the keys of their secrets.

        Args:
            events: The events, at the positions that follow on the head.
            changes: The id of each change, and the position at which it begins.
            keys: The keys that are new.
            size: The number of events with these.
            frontier: The right-hand edge of the tree with these.

        Raises:
            AgainError: The lock was lost, or somebody had appended in spite of it; nothing is kept.
            UnreachableError: It is not granted, or there is no room.
            NotAllowedError: The lock is gone, or the events do not follow on the head or are too large.
        """
        self._check_following(events, size, frontier)
        ledger_id = self.head.ledger_id
        rows = [
            *(("zenml_events (ledger_id, position, topic, state)", (ledger_id, *event)) for event in events),
            *(("zenml_changes (ledger_id, change_id, position)", (ledger_id, *change)) for change in changes),
            *(
                ("zenml_keys (key_id, ledger_id, wrapping, wrapped, digest)", (key.key_id, ledger_id, *key[1:]))
                for key in keys
            ),
        ]
        with self._in_words():
            most = DatabaseSession.PACKET if is_small(rows) else self._session.batch_bytes()
        *rest, last = packets(rows, most)
        for packet in rest:
            self._run_all(packet)
        update = self._update("size = ?, frontier = ?", size, frontier)
        self._check_updated(self._run_all([*last, update])[-1])
        self.head = self.head._replace(size=size, frontier=frontier)

    def set_key_check(self, key_check: bytes) -> None:
        """Notes what a right key is known by. Raises as `append` does."""
        self._set("key_check = ?", key_check)
        self.head = self.head._replace(key_check=key_check)

    def set_format(self, format: int) -> None:
        """Notes the format that the events need. Raises as `append` does."""
        self._set("format = ?", format)
        self.head = self.head._replace(format=format)

    def set_moved_to(self, url: str | None) -> None:
        """Notes where the ledger has moved; None if it is here.

        It is the URL without its password, which everybody here could read. Raises as `append` does.
        """
        if url is not None and masked(url) != url:
            raise NotAllowedError(f"A ledger's new place is noted without the password: {masked(url)}.")
        if url is not None and len(url) > MAX_URL:
            raise NotAllowedError(f"The URL has {len(url)} characters; at most {MAX_URL} are allowed.")
        self._set("moved_to = ?", url)
        self.head = self.head._replace(moved_to=url)

    def rewrap(self, keys: Sequence[SharedKey]) -> None:
        """Stores keys that are there in another wrapping. Needs UPDATE on ``zenml_keys``.

        Raises:
            DamagedLedgerError: One of them is not there.
            UnreachableError: It is not granted.
            AgainError: The lock was lost.
            NotAllowedError: The lock is gone.
        """
        sql = "UPDATE zenml_keys SET wrapping = ?, wrapped = ?, digest = ? WHERE key_id = ? AND ledger_id = ?"
        for first in range(0, len(keys), queries.MOST_ROWS):
            part = keys[first : first + queries.MOST_ROWS]
            statements = [Statement(sql, (*key[1:], key.key_id, self.head.ledger_id)) for key in part]
            if any(answered.touched != 1 for answered in self._run_all(statements)):
                raise failures.key_gone(self._place)

    def remove_keys(self, key_ids: Sequence[str]) -> None:
        """Destroys keys; those that are not there are left. Needs DELETE on ``zenml_keys``. Raises as `append`."""
        there = {key.key_id for key in self.keys(key_ids)} if key_ids else set()
        gone = [key_id for key_id in key_ids if key_id in there]
        sql = "DELETE FROM zenml_keys WHERE key_id = ? AND ledger_id = ?"
        with self._as_redactor():
            for first in range(0, len(gone), queries.MOST_ROWS):
                part = gone[first : first + queries.MOST_ROWS]
                self._run_all([Statement(sql, (key_id, self.head.ledger_id)) for key_id in part])

    def blank(self, texts: Mapping[int, bytes], places: Mapping[int, Sequence[str]]) -> None:
        """Blanks values of events to their commitments; what is blank already is left.

        Needs UPDATE on ``zenml_events``, unless everything is blank already.

        Args:
            texts: The events as this machine knows them, by position, whether or not they are blanked in it.
            places: The JSON Pointers to the values, by position.

        Raises:
            DamagedLedgerError: Another event is there.
            AgainError: The lock was lost.
            NotAllowedError: It is not granted, or the lock is gone.
        """
        updates = []
        for position, pointers in places.items():
            there = self.events(position - 1, 1)
            if not there or not have_same_commitments(there[0].state, texts[position]):
                raise failures.another_event(self._place, position)
            text = blanked(position, there[0].state, pointers)
            if text != there[0].state:
                updates.append(Statement(_BLANK, (text, self.head.ledger_id, position)))
        with self._as_redactor():
            for first in range(0, len(updates), _AT_ONCE):
                if any(answered.touched != 1 for answered in self._run_all(updates[first : first + _AT_ONCE])):
                    raise DatabaseTrouble(Trouble.AGAIN)

    def remove_events(self) -> None:
        """Deletes the events of the ledger; its row stays. Needs DELETE on ``zenml_events``. Raises as `blank`."""
        with self._as_redactor():
            for after in range(0, self.head.size, queries.MOST_ROWS):
                self._run(Statement(_REMOVE, (self.head.ledger_id, after, after + queries.MOST_ROWS)))

    def commit(self) -> None:
        """Keeps what was done; the lock is gone then.

        Raises:
            CommitUnknownError: Nobody knows whether it was kept.
            AgainError: Nothing was kept: the lock was lost, or others were in the way.
            BusyError: Nothing was kept: others who read were in the way for too long.
            NotAllowedError: The lock is gone.
        """
        self._check_open()
        self.is_over, self.is_committed = True, None
        try:
            self._session.commit()
        except DatabaseTrouble as error:
            if error.trouble in failures.NOT_KEPT:
                self.is_committed = False
            raise failures.of_commit(self._place, error) from error
        except BaseException as error:
            raise failures.unknown(self._place, "it was interrupted") from error
        self.is_committed = True

    def _check_following(self, events: Sequence[SharedEvent], size: int, frontier: bytes) -> None:
        self._check_open()
        positions = [event.position for event in events]
        following = positions == list(range(self.head.size + 1, size + 1))
        if not following or len(frontier) != HASH_BYTES * size.bit_count():
            raise NotAllowedError(f"Events do not follow on position {self.head.size} of the ledger.")
        for event in events:
            if not 0 < len(event.state) <= MAX_STATE or not 0 < len(event.topic) <= MAX_TOPIC:
                raise NotAllowedError(
                    f"Event {event.position} takes {len(event.state)} bytes; at most {MAX_STATE} are allowed."
                )

    def _set(self, what: str, *values: object) -> None:
        self._check_updated(self._run(self._update(what, *values)))

    def _update(self, what: str, *values: object) -> Statement:
        """Returns what changes the ledger's row, if it is the one that was locked."""
        sql = f"UPDATE zenml_ledgers SET {what} WHERE ledger_id = ? AND size = ?"
        return Statement(sql, (*values, self.head.ledger_id, self.head.size))

    def _check_updated(self, answered: Answered) -> None:
        """Checks that it was: some databases lock as well as they can, and nothing here rests on it."""
        if answered.touched != 1:
            with self._in_words():
                raise DatabaseTrouble(Trouble.AGAIN)

    def _run(self, statement: Statement) -> Answered:
        self._check_open()
        with self._in_words():
            return self._session.run(statement)

    def _run_all(self, statements: Sequence[Statement]) -> list[Answered]:
        self._check_open()
        with self._in_words():
            return self._session.run_all(statements)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Words what goes wrong; then nothing of the transaction can be kept, whoever catches the error."""
        try:
            yield
        except DatabaseTrouble as error:
            self.is_over = True
            raise failures.of_locked(self._place, error) from error

    @contextmanager
    def _as_redactor(self) -> Iterator[None]:
        """Words what goes wrong where more is needed than a member may do."""
        try:
            with self._in_words():
                yield
        except UnreachableError as error:
            if error.code != "database_grant":
                raise
            raise failures.not_a_redactor(self._place, self.head.ledger_id) from error

    def _check_open(self) -> None:
        if self.is_over:
            raise NotAllowedError(f"The lock of the shared database {self._place.named} was given up.")
