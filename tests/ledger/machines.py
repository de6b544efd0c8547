"""A machine with a ledger of its own, driven through the Python API and looked at from below."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from zenml.flavors.lookup import secret_names
from zenml.ledger.change import Change, ChangeHeader
from zenml.ledger.ledger import Ledger, LockedLedger
from zenml.ledger.origin import origin
from zenml.ledger.secrets.keyring import Keyring
from zenml.projections import machine as machine_view
from zenml.repository import Repository
from zenml.stores.local import LocalStore
from zenml.unit_of_work.work import UnitOfWork


class Row(NamedTuple):
    """A stored event."""

    rowid: int
    ledger_id: str
    position: int
    topic: str
    text: str

    @property
    def fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = json.loads(self.text)
        return fields


class Machine:
    """A machine on which nobody has run the program yet."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.config = base / "config"
        self.file = self.config / "ledger.db"
        self.key = self.config / "ledger.key"

    def repository(self, root: Path | None = None, words: tuple[str, ...] | None = None) -> Repository:
        return Repository(root, notify=lambda sentence: None, command=words)

    def folder(self, name: str) -> Path:
        path = self.base / name
        path.mkdir(exist_ok=True)
        return path

    def query(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as database:
            return database.execute(sql, parameters).fetchall()

    def tamper(self, sql: str, *parameters: object) -> None:
        """Changes the file behind the program's back."""
        with closing(sqlite3.connect(self.file)) as database, database:
            assert database.execute(sql, parameters).rowcount != 0, "nothing was tampered with"

    def events(self) -> list[Row]:
        """Returns all stored events in the order of their rows."""
        sql = "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events ORDER BY rowid"
        return [
            Row(rowid, str(UUID(ledger)), position, topic, state.decode())
            for rowid, ledger, position, topic, state in self.query(sql)
        ]

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Returns every table with its rows, sorted: what is equal after a rebuild and after a refusal."""
        names = self.query("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'sqlite_sequence'")
        return {name: sorted(self.query(f"SELECT * FROM {name}"), key=repr) for (name,) in names}

    def machine_id(self) -> str:
        return str(self.query("SELECT ledger_id FROM heads WHERE kind = 'machine'")[0][0])

    def profile_ledger(self, name: str = "default") -> str:
        with self.reading() as database:
            profiles = machine_view.profiles(database, self.machine_id())
        return next(profile.profile_ledger_id for profile in profiles if profile.name == name)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as database:
            yield database

    @contextmanager
    def session(
        self, clock: Callable[[], str] | None = None
    ) -> Iterator[tuple[LockedLedger, Callable[..., Change]]]:
        """Holds the lock; what is recorded inside is written at the end.

        Yields:
            The session, and a function that makes a change of commands in the profile ``default``.
        """
        store = LocalStore(str(self.file))
        more = {} if clock is None else {"clock": clock}
        ledger = Ledger(store, Keyring(str(self.config)), secret_names, **more)
        who = origin(None, None, None)
        try:
            with ledger.locked() as session:
                database = session.transaction.database
                profiles = machine_view.profiles(database, session.machine_id)
                default = next(profile for profile in profiles if profile.name == "default")

                def record(*commands: Any) -> Change:
                    change = session.begin(default, None)
                    for command in commands:
                        change.execute(command)
                    recorded = session.finish(change, ChangeHeader("change", who))
                    assert recorded is not None
                    return recorded

                yield session, record
        finally:
            ledger.close()


def machine_in(base: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Returns a machine; this process becomes a shell in its folder in which no variable of the program is set."""
    for name in [name for name in os.environ if name.startswith("ZENML_") or name == "CI"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ZENML_CONFIG_PATH", str(base / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(base / "state"))
    monkeypatch.chdir(base)
    return Machine(base)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine, and a shell in an empty folder in which no variable of the program is set."""
    return machine_in(tmp_path.resolve(), monkeypatch)


@pytest.fixture
def used(machine: Machine) -> Machine:
    """A machine on which the program ran once: the default profile is there."""
    assert machine.repository().active_stack_name == "default"
    return machine


__all__ = ["Machine", "Row", "UnitOfWork", "machine", "machine_in", "used"]
