"""Ledgers of any length, made at once: texts, positions, tree, heads and views as the program leaves them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

import orjson

from benchmarks.homes import inside, silent
from benchmarks.work import Fact, Fields, Step, Work, salted
from zenml import paths
from zenml.evidence.commitments import committed
from zenml.evidence.merkle import Frontier
from zenml.ledger.ids import new_change_id, utc_now
from zenml.projections import database as files
from zenml.projections import machine, stacks, stored_events, views
from zenml.repository import Repository
from zenml.unit_of_work.profile_yaml import write_profiles

Row = tuple[str, int, str, bytes]

_INSERT = "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (?, ?, ?, ?)"
QUIET = "quiet"
"""A profile of the same machine in which nothing happens."""

_PEOPLE = ("ana", "ben", "chiara", "deniz")


class Built(NamedTuple):
    """A ledger that was made.

    Attributes:
        path: The ledger's file.
        ledger_id: The profile's ledger.
        size: The number of its events.
        settled: The position from which on the profile has all its stacks.
    """

    path: str
    ledger_id: str
    size: int
    settled: int


def build(folder: str, events: int, seed: int = 0) -> Built:
    """Makes a configuration folder whose profile has so many events, or a few more.

    The program itself makes the profile, and a quiet one; years of work in it are then written beside the program.

    Args:
        folder: An empty folder.
        events: How long the profile's ledger shall be.
        seed: Of the choices in that work.
    """
    os.makedirs(folder, exist_ok=True)
    with inside(folder):
        Repository(notify=silent).create_profile(QUIET)
    path = paths.ledger_file(folder)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous = OFF")  # nobody would miss it after a power cut
        database.execute("BEGIN IMMEDIATE")
        made = _continue(database, path, events, seed)
        views.rebuild(database, stored_events.events(database))
        database.execute("COMMIT")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    write_profiles(path, silent)
    return made


def _continue(database: sqlite3.Connection, path: str, events: int, seed: int) -> Built:
    profiles = machine.profiles(database, files.machine_ledger(database) or "")
    profile = next(profile for profile in profiles if profile.name == "default")
    (default,) = stacks.stacks(database, profile.profile_ledger_id)
    writer = _Writer(database, profile.profile_ledger_id)
    work = Work(default.component_ids, seed)
    database.executemany(_INSERT, writer.rows(work.begin()))
    settled = writer.head.size
    database.executemany(_INSERT, writer.rows(_until(events, writer, work)))
    database.execute(
        "UPDATE heads SET size = ?, frontier = ? WHERE ledger_id = ?",
        (writer.head.size, writer.head.to_bytes(), writer.ledger_id),
    )
    return Built(path, writer.ledger_id, writer.head.size, settled)


def _until(events: int, writer: _Writer, work: Work) -> Iterator[Step]:
    together = work.go_on()
    while writer.head.size < events:
        yield from next(together)


class _Writer:
    """Turns changes into rows.

    Attributes:
        ledger_id: The ledger they are in.
        head: The edge of its tree.
    """

    def __init__(self, database: sqlite3.Connection, ledger_id: str) -> None:
        self.ledger_id = ledger_id
        self._originator_id = UUID(ledger_id).hex
        size, frontier = database.execute(
            "SELECT size, frontier FROM heads WHERE ledger_id = ?", (ledger_id,)
        ).fetchone()
        self.head = Frontier.from_bytes(size, frontier)
        first = next(stored_events.events(database, ledger_id))
        self._pattern: Fields = orjson.loads(first.text)  # what every change says of itself, in today's form
        self._change_id = ""

    def rows(self, steps: Iterator[Step]) -> Iterator[Row]:
        """Yields the rows of changes and moves the head past each."""
        for step in steps:
            yield self._row((stored_events.BEGAN, self._began(step)))
            for fact in step.facts:
                yield self._row(fact)

    def _row(self, fact: Fact) -> Row:
        topic, fields = fact
        position = self.head.size + 1
        leaf = {"event": committed(fields), "ledger": self.ledger_id, "position": position, "topic": topic}
        self.head = self.head.appended(sha256(b"\x00" + _text(leaf)).digest())
        return self._originator_id, position, topic, _text(fields)

    def _began(self, step: Step) -> Fields:
        targets = [self._change_id] if step.undoes else []
        self._change_id = new_change_id()
        actor = {
            **self._pattern["actor"],
            "actor_id": salted(_PEOPLE[self.head.size % len(_PEOPLE)]),
            "host": salted("workstation"),
        }
        return {
            **self._pattern,
            "change_id": self._change_id,
            "correlation_id": self._change_id,
            "causation_id": targets[0] if targets else None,
            "kind": "undo" if targets else "change",
            "count": len(step.facts),
            "parts": [{"ledger_id": self.ledger_id, "count": len(step.facts)}],
            "actor": actor,
            "session": salted("4242 1234567"),
            "command": salted("zenml stack register prod -a s3 -o docker -m mysql"),
            "time": utc_now(),
            "targets": targets,
            "prior_root": self.head.root().hex(),
        }


def _text(value: Fields) -> bytes:
    """Returns canonical text at a tenth of the cost, of values that hold ASCII and small integers alone."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
