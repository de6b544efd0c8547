"""Databases to measure on: the same that the tests have, empty, and gone afterwards."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

import orjson

from benchmarks.homes import inside, silent
from benchmarks.synthetic import Built
from tests.support.databases import KINDS, administer, fresh_url
from zenml.evidence.merkle import Frontier, leaf_hash
from zenml.projections import stored_events
from zenml.projections.database import connect
from zenml.projections.versions import FORMAT
from zenml.repository import Repository
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.places import read_place
from zenml.stores.shared_database.rows import SharedEvent

TITLES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mysql": "MariaDB"}
PROFILE = "shared"

_AT_ONCE = 2000  # events that are filled in with one commit


class ReadyChange(NamedTuple):
    """A change that was made long ago, as a store is given it.

    Attributes:
        change_id: Its id.
        events: Its events.
        head: The edge of the tree with them.
    """

    change_id: str
    events: list[SharedEvent]
    head: Frontier

    @property
    def begins(self) -> int:
        """The position of its first event."""
        return self.events[0].position


def servers() -> list[str]:
    """Returns the kinds of databases that answer on this machine."""
    answering = []
    for kind in KINDS:
        try:
            if kind != "sqlite":
                administer(kind, "SELECT 1")
        except Exception as error:  # each driver has its own
            print(f"{TITLES[kind]} is not measured: {error}", file=sys.stderr)
            continue
        answering.append(kind)
    return answering


def ready_changes(built: Built) -> Iterator[ReadyChange]:
    """Yields the changes of a ledger that was made."""
    with closing(connect(built.path)) as database:
        events: list[SharedEvent] = []
        change_id, head = "", Frontier()
        for event in stored_events.events(database, built.ledger_id):
            fields = orjson.loads(event.text)
            if event.topic == stored_events.BEGAN:
                if events:
                    yield ReadyChange(change_id, events, head)
                change_id, events = fields["change_id"], []
            events.append(SharedEvent(event.position, event.topic, event.text))
            head = head.appended(leaf_hash(built.ledger_id, event.position, event.topic, fields))
        yield ReadyChange(change_id, events, head)


@contextmanager
def shared_database(url: str) -> Iterator[SharedDatabase]:
    """Gives a connection to a database that has the tables."""
    with closing(SharedDatabase(read_place(url), patience=10)) as database:
        database.prepare()
        yield database


def fill(database: SharedDatabase, built: Built) -> None:
    """Puts a ledger into a database."""
    database.claim("profile", built.ledger_id, FORMAT)
    waiting: list[ReadyChange] = []
    for change in ready_changes(built):
        waiting.append(change)
        if sum(len(one.events) for one in waiting) >= _AT_ONCE:
            _append(database, built.ledger_id, waiting)
            waiting = []
    if waiting:
        _append(database, built.ledger_id, waiting)


def _append(database: SharedDatabase, ledger_id: str, changes: list[ReadyChange]) -> None:
    events = [event for change in changes for event in change.events]
    head = changes[-1].head
    with database.locked(ledger_id) as locked:
        locked.append(events, [(one.change_id, one.begins) for one in changes], [], head.size, head.to_bytes())
        locked.commit()


@contextmanager
def sharing(kind: str, folder: str) -> Iterator[str]:
    """Gives the URL of a profile that a new machine made, and has as its active one.

    Args:
        kind: The kind of database.
        folder: The configuration folder of the machine.
    """
    with fresh_url(kind) as url:
        join(url, folder)
        yield url


def join(url: str, folder: str) -> None:
    """Makes or joins a shared profile on a new machine."""
    os.makedirs(folder, exist_ok=True)
    with inside(folder):
        repository = Repository(notify=silent)
        repository.create_profile(PROFILE, store_type="sql", url=url)
        repository.activate_profile(PROFILE, machine_wide=True)


def size_of(url: str) -> int:
    """Returns the bytes that a database has on the disk."""
    kind, name = url.partition(":")[0], url.rpartition("/")[2]
    if kind == "sqlite":
        return os.path.getsize(read_place(url).database)
    if kind == "postgresql":
        ((size,),) = administer(kind, f"SELECT pg_database_size('{name}') - pg_database_size('template1')")
    else:
        sql = f"SELECT sum(file_size) FROM information_schema.innodb_sys_tablespaces WHERE name LIKE '{name}/%'"
        ((size,),) = administer(kind, sql)
    return int(str(size))
