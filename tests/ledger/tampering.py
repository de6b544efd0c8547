"""Changes a ledger's file behind the program's back: crudely, or so that all hashes fit again."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from tests.ledger.histories import everything
from tests.ledger.machines import Machine
from zenml.evidence import canonical
from zenml.evidence.merkle import Frontier, leaf_hash
from zenml.ledger.verification import Verification

BEGAN = "zenml:ChangeBegan"


class Stored(NamedTuple):
    """An event as it is stored."""

    rowid: int
    position: int
    topic: str
    fields: dict[str, Any]

    def with_fields(self, **fields: Any) -> Stored:
        return self._replace(fields={**self.fields, **fields})


class Tampering:
    """Somebody with write access to a ledger's file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def run(self, sql: str, *parameters: object) -> None:
        """Runs a statement, which must change something."""
        with closing(sqlite3.connect(self.file)) as database, database:
            assert database.execute(sql, parameters).rowcount != 0, "nothing was tampered with"

    def ask(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.file)) as database:
            return database.execute(sql, parameters).fetchall()

    def ledger(self, kind: str) -> str:
        """Returns the longest ledger of a kind."""
        sql = "SELECT ledger_id FROM heads WHERE kind = ? ORDER BY size DESC"
        return str(self.ask(sql, kind)[0][0])

    def events(self, ledger_id: str) -> list[Stored]:
        sql = (
            "SELECT rowid, originator_version, topic, state FROM stored_events"
            " WHERE originator_id = ? ORDER BY originator_version"
        )
        found = self.ask(sql, UUID(ledger_id).hex)
        return [Stored(rowid, position, topic, json.loads(state)) for rowid, position, topic, state in found]

    def changes(self, ledger_id: str) -> list[list[Stored]]:
        """Returns the events of a ledger, change by change."""
        grouped: list[list[Stored]] = []
        for event in self.events(ledger_id):
            if event.topic == BEGAN:
                grouped.append([])
            grouped[-1].append(event)
        return grouped

    def text(self, event: Stored, text: bytes) -> None:
        """Puts another text in the place of an event's."""
        self.run("UPDATE stored_events SET state = ? WHERE rowid = ?", text, event.rowid)

    def swap(self, one: Stored, other: Stored) -> None:
        """Stores two events in each other's rows."""
        move = "UPDATE stored_events SET rowid = ? WHERE rowid = ?"
        for new, old in ((-1, one.rowid), (one.rowid, other.rowid), (other.rowid, -1)):
            self.run(move, new, old)

    def forge(self, ledger_id: str, events: list[Stored], *, keep_root_at: int = 0) -> None:
        """Rewrites a ledger: positions, recorded roots and the head fit the events that are given.

        Args:
            ledger_id: The ledger.
            events: What it shall hold.
            keep_root_at: The position of a change whose recorded root stays as it is given.
        """
        originator, tree = UUID(ledger_id).hex, Frontier()
        self.run("DELETE FROM stored_events WHERE originator_id = ?", originator)
        for position, event in enumerate(events, start=1):
            fields = event.fields
            if event.topic == BEGAN and position != keep_root_at:
                fields = {**fields, "prior_root": tree.root().hex()}
            tree = tree.appended(leaf_hash(ledger_id, position, event.topic, fields))
            row = (event.rowid, originator, position, event.topic, canonical.text(fields).encode())
            self.run("INSERT INTO stored_events VALUES (?, ?, ?, ?, ?)", *row)
        head = (tree.size, tree.to_bytes(), ledger_id)
        self.run("UPDATE heads SET size = ?, frontier = ? WHERE ledger_id = ?", *head)


def change_in_the_middle(tampering: Tampering, ledger_id: str) -> list[Stored]:
    """Returns a change of several events that others follow."""
    return next(change for change in tampering.changes(ledger_id)[2:-2] if len(change) > 2)


def verified(machine: Machine) -> Verification:
    return machine.repository().verify()


def bad(machine: Machine) -> dict[str, tuple[str | None, int | None]]:
    """Verifies, and returns where the first problem of each bad verdict is."""
    found = verified(machine)
    places = {
        name: (verdict.problems[0].ledger_id, verdict.problems[0].position)
        for name, verdict in found.verdicts.items()
        if verdict.ok is False
    }
    assert found.ok == (not places)
    return places


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger's file with a history that has everything in it."""
    base = tmp_path_factory.mktemp("lived").resolve()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZENML_CONFIG_PATH", str(base / "config"))
        patch.setenv("XDG_STATE_HOME", str(base / "state"))
        patch.chdir(base)
        everything(Machine(base))
    return base / "config" / "ledger.db"


@pytest.fixture
def tampering(machine: Machine, lived: Path) -> Tampering:
    """Somebody at a machine on which much has happened."""
    machine.config.mkdir()
    shutil.copy(lived, machine.file)
    return Tampering(machine.file)
