"""Changes in process, each a transaction of its own, against the same rows written by `sqlite3` alone."""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any, Self
from unittest.mock import patch

from benchmarks.homes import inside, silent
from benchmarks.synthetic import build
from benchmarks.tables import Table, per_second, ratio
from benchmarks.timing import interleaved
from zenml import paths
from zenml.repository import Repository
from zenml.stores import recorder
from zenml.stores.recorder import LedgerConnection

_BATCH = 10  # changes per round
_PARTS = {"artifact_store": "default", "metadata_store": "default", "orchestrator": "default"}
_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON")
_WRITES = ("INSERT", "UPDATE", "DELETE")

Statement = tuple[str, Any]


def measure(folder: str, rounds: int) -> Table:
    """Measures registering stacks in a profile that has ten."""
    ours, theirs = (os.path.join(folder, name) for name in ("ours", "theirs"))
    path = paths.ledger_file(theirs)
    build(ours, 1000)
    shutil.copytree(ours, theirs)
    shutil.copy(path, f"{path}.before")
    changes = _recorded(theirs, (rounds + 1) * _BATCH)
    os.replace(f"{path}.before", path)
    with closing(_connected(path)) as database, inside(ours):
        replay = iter(changes)
        registered = _registrations()
        taken = interleaved(
            {
                "ours": lambda: _exhausted(itertools.islice(registered, _BATCH)),
                "clear": _clear,
                "theirs": lambda: _written(database, itertools.islice(replay, _BATCH)),
            },
            rounds,
        )
    rates = {name: _BATCH / taken[name] for name in ("ours", "theirs")}
    statements = len(changes[0])
    rows = [
        ("`Repository.combine_stack`", per_second(rates["ours"]), ratio(rates["ours"], rates["theirs"])),
        (f"`sqlite3` alone, the same {statements} statements", per_second(rates["theirs"]), "1.00"),
    ]
    return Table("Changes, each with its own sync to the disk", ("Written by", "Changes", "Ratio"), rows)


def _registrations() -> Iterator[object]:
    for number in itertools.count():
        yield Repository(notify=silent, command=["stack", "register"]).combine_stack(f"measured-{number}", _PARTS)


def _clear() -> None:
    """Removes what was registered, so that every batch finds ten stacks."""
    repository = Repository(notify=silent)
    with repository.change():
        for stack in repository.list_stacks():
            if stack.name.startswith("measured-"):
                repository.deregister_stack(stack.name)


def _exhausted(items: Iterable[object]) -> None:
    for _ in items:
        pass


class _Recording(LedgerConnection):
    """Keeps what is executed, on the connection or through a cursor of it."""

    kept: list[Statement] = []  # noqa: RUF012 - the store opens the connections, so all of them share it

    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(_RecordingCursor)

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        cursor: sqlite3.Cursor = self.cursor()
        return cursor.execute(sql, parameters)


class _RecordingCursor(sqlite3.Cursor):
    def execute(self, sql: str, parameters: Any = (), /) -> Self:
        if sql.startswith(_WRITES):
            _Recording.kept.append((sql, parameters))
        return super().execute(sql, parameters)


def _recorded(folder: str, count: int) -> list[list[Statement]]:
    """Makes changes and returns the statements of each that wrote something."""
    changes = []
    with inside(folder), patch.object(recorder, "LedgerConnection", _Recording):
        for _ in itertools.islice(_registrations(), count):
            changes.append(list(_Recording.kept))
            _Recording.kept.clear()
    return changes


def _connected(path: str) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    for pragma in _PRAGMAS:
        database.execute(f"PRAGMA {pragma}")
    return database


def _written(database: sqlite3.Connection, changes: Iterable[list[Statement]]) -> None:
    for statements in changes:
        database.execute("BEGIN IMMEDIATE")
        for sql, parameters in statements:
            database.execute(sql, parameters)
        database.execute("COMMIT")
