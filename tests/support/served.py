"""A team that shares a profile by a service: who runs it, and who has a token."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from uuid import UUID

from tests.evidence.second import check_events
from tests.support.agreement import Record, copy_of
from tests.support.program import Home
from tests.support.teams import PROFILE


class ServedTeam:
    """A profile that a service keeps on a machine of its own, and the members.

    Attributes:
        host: The machine that the service runs on.
        port: Where it listens: the same one after each start.
        ledger_id: The profile's ledger.
    """

    def __init__(self, base: Path) -> None:
        base.mkdir(exist_ok=True)
        self.base, self.port = base, 0
        (base / "host").mkdir()
        self.host = Home(base / "host")
        self.host.done("profile", "create", PROFILE, "--set")
        self.start()
        self.ledger_id = self._ledger()

    @property
    def url(self) -> str:
        """Where the service is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts the service."""
        self.host.done("service", "up", "--port", str(self.port))
        self.port = self._state()["port"]

    def kill(self) -> None:
        """Kills the service, as a power cut does."""
        os.kill(self._state()["pid"], signal.SIGKILL)

    def down(self) -> None:
        """Ends the service, if it runs."""
        self.host.run("service", "down")

    def token(self, name: str, role: str = "writer", *options: str) -> str:
        """Returns a new token."""
        return self.host.done("service", "token", "create", name, "--role", role, *options).stdout.strip()

    def member(
        self, name: str, role: str = "writer", *, port: int | None = None, options: tuple[str, ...] = ()
    ) -> Home:
        """Returns a new machine whose active profile is the one of the service.

        Args:
            name: What the token is called, and the machine's folder.
            role: What it may do.
            port: Where it reaches the service; None for the service's own port.
            options: More options of the token.
        """
        token = self.token(name, role, *options)
        base = self.base / name
        base.mkdir()
        home = Home(base)
        url = f"http://{token}@127.0.0.1:{port or self.port}"
        home.done("profile", "create", PROFILE, "--type", "rest", "--url", url, "--set")
        return home

    def members(self, count: int) -> list[Home]:
        """Returns so many new machines."""
        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(lambda number: self.member(f"member-{number}"), range(count)))

    def record(self) -> Record:
        """Reads the ledger where the service keeps it, and checks that it is whole."""
        stored = copy_of(self.host, self.ledger_id)
        rows = [(self.ledger_id, position, position, *event) for position, event in enumerate(stored, start=1)]
        evidence = check_events(self.ledger_id, rows)
        assert evidence["problems"] == []
        changes = [json.loads(state)["change_id"] for topic, state in stored if topic == "zenml:ChangeBegan"]
        assert len(changes) == len(set(changes))
        return Record(self.ledger_id, stored, evidence["root"])

    def _state(self) -> dict[str, int]:
        status = json.loads(self.host.run("service", "status", "-o", "json").stdout)["service"]
        return {"pid": status["pid"], "port": int(status["url"].rstrip("/").rpartition(":")[2])}

    def _ledger(self) -> str:
        file = f"{(self.host.config / 'ledger.db').as_uri()}?mode=ro"
        with closing(sqlite3.connect(file, uri=True)) as database:
            sql = "SELECT profile_ledger_id FROM profiles WHERE name = ? AND until IS NULL"
            return str(UUID(database.execute(sql, (PROFILE,)).fetchone()[0]))
