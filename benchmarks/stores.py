"""Changes in databases that machines share, against the same statements by the driver alone."""

from __future__ import annotations

import itertools
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from typing import Any
from unittest.mock import patch
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from pymysql.constants import CLIENT

from benchmarks.databases import PROFILE, TITLES, ReadyChange, join, ready_changes, servers, shared_database
from benchmarks.homes import inside, silent
from benchmarks.synthetic import build
from benchmarks.tables import Table, per_second, ratio
from benchmarks.timing import interleaved
from tests.support.databases import fresh_url
from tests.support.plain_sql import connect
from zenml.projections.versions import FORMAT
from zenml.repository import Repository
from zenml.stores.opening import claim_shared, open_shared
from zenml.stores.protocol import SharedLedgerStore
from zenml.stores.shared_database import database as databases
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.dialects import open_session
from zenml.stores.shared_database.places import SharedPlace, read_place
from zenml.stores.shared_database.sessions import Answered, DatabaseSession, Statement

_BATCH = 10  # changes per round
_GOAL = "≥ 0.4"
_PRAGMAS = ("synchronous = EXTRA", "foreign_keys = ON", "secure_delete = ON")
_BEGIN = {
    "sqlite": ["BEGIN IMMEDIATE"],
    "postgresql": [
        "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        "SET LOCAL lock_timeout = 60000",
        "SET LOCAL idle_in_transaction_session_timeout = 30000",
    ],
    "mysql": ["SET TRANSACTION ISOLATION LEVEL READ COMMITTED", "START TRANSACTION"],
}
"""What the sessions begin a transaction with."""

Packets = list[Sequence[Statement]]
"""What is sent for one change: statements that are sent at once, and then those that are sent next."""


def measure(folder: str, rounds: int) -> Table:
    """Measures changes of two events or so, one after the other, each with its own commit."""
    built = build(os.path.join(folder, "ready"), (rounds + 2) * _BATCH * 5)
    changes = list(ready_changes(built))[: (rounds + 1) * _BATCH]
    rows = []
    for kind in servers():
        rows += _of(kind, built.ledger_id, changes, os.path.join(folder, kind), rounds)
    return Table("Changes in a shared database", ("Written by", "Changes", "Ratio", "Goal"), rows)


def _of(kind: str, ledger_id: str, changes: list[ReadyChange], folder: str, rounds: int) -> list[tuple[str, ...]]:
    with ExitStack() as opened:
        urls = [opened.enter_context(fresh_url(kind)) for _ in range(5)]
        for url in urls[:4]:
            with shared_database(url) as prepared:
                prepared.claim("profile", ledger_id, FORMAT)
        packets = _recorded(urls[0], ledger_id, changes)
        database = opened.enter_context(shared_database(urls[1]))
        raw = opened.enter_context(closing(_Raw(kind, urls[2])))
        store = opened.enter_context(closing(_store(urls[3], ledger_id, folder)))
        join(urls[4], os.path.join(folder, "whole"))
        opened.enter_context(inside(os.path.join(folder, "whole")))
        alone, with_copy, sent, whole = iter(changes), iter(changes), iter(packets), _registrations()
        taken = interleaved(
            {
                "driver": lambda: raw.send(itertools.islice(sent, _BATCH)),
                "database": lambda: _append(database, ledger_id, itertools.islice(alone, _BATCH)),
                "store": lambda: _store_all(store, ledger_id, itertools.islice(with_copy, _BATCH)),
                "whole": lambda: _exhausted(itertools.islice(whole, _BATCH)),
                "clear": _clear,
            },
            rounds,
            rivals=4,
        )
    title, count = TITLES[kind], sum(len(packet) for packet in packets[-1]) + 1
    return [
        (f"{title}: the driver alone, the same {count} statements", *_rate(taken, "driver"), ""),
        (f"{title}: the store, with events ready", *_rate(taken, "database"), _GOAL),
        (f"{title}: the same, and the copy on this machine", *_rate(taken, "store"), ""),
        (f"{title}: `Repository.combine_stack`, a whole change", *_rate(taken, "whole"), ""),
    ]


def _rate(taken: dict[str, float], name: str) -> tuple[str, str]:
    return per_second(_BATCH / taken[name]), ratio(taken["driver"], taken[name])


def _append(database: SharedDatabase, ledger_id: str, changes: Iterable[ReadyChange]) -> None:
    for change in changes:
        with database.locked(ledger_id) as locked:
            head = change.head
            locked.append(change.events, [(change.change_id, change.begins)], [], head.size, head.to_bytes())
            locked.commit()


def _store(url: str, ledger_id: str, folder: str) -> SharedLedgerStore:
    place = read_place(url)
    claim_shared(place, ledger_id, FORMAT, 10)
    path, pending = (os.path.join(folder, "store", name) for name in ("ledger.db", "pending"))
    return open_shared(path, place, ledger_id, pending, 10, lambda done, total: None)


def _store_all(store: SharedLedgerStore, ledger_id: str, changes: Iterable[ReadyChange]) -> None:
    for change in changes:
        stored = [StoredEvent(UUID(ledger_id), *event) for event in change.events]
        with store.transaction() as transaction:
            transaction.append(ledger_id, "profile", stored, change.head)


def _registrations() -> Iterator[object]:
    parts = dict.fromkeys(("artifact_store", "metadata_store", "orchestrator"), "default")
    for number in itertools.count():
        yield Repository(notify=silent, command=["stack", "register"]).combine_stack(f"measured-{number}", parts)


def _clear() -> None:
    """Removes what was registered, so that every batch finds the same."""
    repository = Repository(notify=silent)
    assert repository.active_profile_name == PROFILE
    with repository.change():
        for stack in repository.list_stacks():
            if stack.name.startswith("measured-"):
                repository.deregister_stack(stack.name)


def _exhausted(items: Iterable[object]) -> None:
    for _ in items:
        pass


class _RecordingSession(DatabaseSession):
    """Passes everything on, and keeps what is sent."""

    def __init__(self, session: DatabaseSession, kept: Packets) -> None:
        self._session, self._kept = session, kept

    def run(self, statement: Statement) -> Answered:
        self._kept.append([statement])
        return self._session.run(statement)

    def run_all(self, statements: Sequence[Statement]) -> list[Answered]:
        self._kept.append(statements)
        return self._session.run_all(statements)

    def begin(self, statements: Sequence[Statement] = (), wait: float = 0) -> list[Answered]:
        self._kept.append([*map(Statement, _BEGIN[_kind_of(self._session)]), *statements])
        return self._session.begin(statements, wait)

    def commit(self) -> None:
        self._session.commit()

    def rollback(self) -> None:
        self._session.rollback()

    def close(self) -> None:
        self._session.close()


def _kind_of(session: DatabaseSession) -> str:
    return type(session).__module__.rpartition(".")[2]


def _recorded(url: str, ledger_id: str, changes: list[ReadyChange]) -> list[Packets]:
    """Records changes and returns what was sent for each, without its commit."""
    kept: Packets = []

    def opened(place: SharedPlace, patience: float, *, create: bool = False) -> DatabaseSession:
        return _RecordingSession(open_session(place, patience, create=create), kept)

    sent = []
    with patch.object(databases, "open_session", opened), shared_database(url) as database:
        for change in changes:
            kept.clear()
            _append(database, ledger_id, [change])
            sent.append(list(kept))
    return sent


class _Raw:
    """A driver, and nothing of ours."""

    def __init__(self, kind: str, url: str) -> None:
        options = {"client_flag": CLIENT.MULTI_STATEMENTS} if kind == "mysql" else {}
        self._connection: Any = connect(url, **options)
        self._send = {"sqlite": self._one_by_one, "postgresql": self._in_a_pipeline, "mysql": self._as_one_text}[
            kind
        ]
        if isinstance(self._connection, sqlite3.Connection):
            for pragma in _PRAGMAS:
                self._connection.execute(f"PRAGMA {pragma}")

    def send(self, changes: Iterable[Packets]) -> None:
        """Sends what was recorded, with a commit behind each change."""
        with closing(self._connection.cursor()) as cursor:
            for packets in changes:
                for packet in packets:
                    self._send(cursor, packet)
                cursor.execute("COMMIT")

    def _one_by_one(self, cursor: Any, packet: Sequence[Statement]) -> None:
        for sql, values in packet:
            cursor.execute(sql, tuple(values))

    def _in_a_pipeline(self, cursor: Any, packet: Sequence[Statement]) -> None:
        with self._connection.pipeline():
            for sql, values in packet:
                cursor.execute(sql.replace("?", "%s"), tuple(values))

    def _as_one_text(self, cursor: Any, packet: Sequence[Statement]) -> None:
        cursor.execute("; ".join(cursor.mogrify(sql.replace("?", "%s"), tuple(values)) for sql, values in packet))
        while cursor.nextset():
            pass

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()
