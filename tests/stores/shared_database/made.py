"""A ledger in a shared database, and who uses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from hashlib import sha256
from typing import Any, Self
from unittest import mock
from uuid import uuid4

import pytest

from tests.support.databases import administer
from zenml.evidence.merkle import Frontier
from zenml.stores.shared_database import mysql, postgresql
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.locked import LockedShared
from zenml.stores.shared_database.places import read_place
from zenml.stores.shared_database.rows import SharedEvent, SharedKey


class Team:
    """Several connections to one database, and a ledger that they share."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.place = read_place(url)
        self.ledger_id = str(uuid4())
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def member(self, url: str | None = None, *, patience: float = 10) -> SharedDatabase:
        """Returns a connection of its own."""
        return self._open.enter_context(closing(SharedDatabase(read_place(url or self.url), patience=patience)))

    def begin(self) -> None:
        """Makes the tables, and the row of the ledger."""
        one = self.member()
        one.prepare()
        one.claim("profile", self.ledger_id, 1)
        one.close()

    def administer(self, *statements: str) -> list[tuple[object, ...]]:
        """Runs statements as the server's administrator, or with SQLite as whoever may write to the file."""
        if self.place.kind == "sqlite":
            import sqlite3

            with closing(sqlite3.connect(self.place.database, isolation_level=None)) as database:
                answered = [database.execute(statement).fetchall() for statement in statements]
            return answered[-1]
        return administer(self.place.kind, *statements, database=self.place.database)

    def sessions(self) -> list[int]:
        """Returns the server's numbers of the sessions that are open in the database."""
        if self.place.kind == "postgresql":
            sql = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        else:
            sql = "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()"
        return [int(str(number)) for (number,) in self.administer(sql)]

    def waiting(self) -> list[int]:
        """Returns the server's numbers of the sessions that wait for a lock."""
        if self.place.kind == "postgresql":
            sql = (
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
        else:
            sql = "SELECT trx_mysql_thread_id FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"
        return [number for (number,) in self.administer(sql) if number in self.sessions()]

    def kill_sessions(self) -> None:
        """Ends all sessions that are open in the database."""
        for number in self.sessions():
            postgresql = self.place.kind == "postgresql"
            self.administer(f"SELECT pg_terminate_backend({number}, 5000)" if postgresql else f"KILL {number}")


@contextmanager
def raising(kind: type[BaseException], match: str | None = None) -> Iterator[pytest.ExceptionInfo[Any]]:
    """Expects an error from somewhere inside, where it has to pass through a transaction."""
    with pytest.raises(kind, match=match) as caught:
        yield caught


@contextmanager
def ended_when_idle(seconds: int) -> Iterator[None]:
    """Has servers end sessions that are begun meanwhile, and lock something, once they were idle for so long."""
    with mock.patch.object(mysql, "IDLE_TIMEOUT", seconds), mock.patch.object(postgresql, "IDLE_TIMEOUT", seconds):
        yield


def hurried(database: SharedDatabase) -> None:
    """Lets a connection that is open wait half a second for its next answers; it was more for what came before."""
    session = database._session
    assert session is not None
    session._patience = 0.5  # type: ignore[attr-defined]


def event(position: int, state: bytes = b'{"a":1}') -> SharedEvent:
    return SharedEvent(position, "zenml:StackRenamed", state)


def key() -> SharedKey:
    return SharedKey(str(uuid4()), "profile", b"w" * 60, b"d" * 32)


def edge(size: int) -> bytes:
    """Returns the right-hand edge of some tree of this size."""
    leaves = (sha256(str(number).encode()).digest() for number in range(size))
    return Frontier().extended(leaves).to_bytes()


def append(
    locked: LockedShared, *states: bytes, change_id: str | None = None, keys: tuple[SharedKey, ...] = ()
) -> str:
    """Appends a change of these events, or of one, and returns its id."""
    begins, change_id = locked.head.size + 1, change_id or str(uuid4())
    events = [event(position, state) for position, state in enumerate(states or (b'{"a":1}',), begins)]
    size = locked.head.size + len(events)
    locked.append(events, [(change_id, begins)], keys, size, edge(size))
    return change_id


def record(database: SharedDatabase, ledger_id: str, *states: bytes) -> str:
    """Appends a change of these events, and commits."""
    with database.locked(ledger_id) as locked:
        change_id = append(locked, *states)
        locked.commit()
    return change_id
