"""Machines of a team in one process, each with a clock of its own, that share a profile."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

from tests.ledger.machines import Row
from tests.support import shared
from tests.support.program import Home
from zenml import paths
from zenml.domain.change_ids import letters
from zenml.ledger import ids
from zenml.projections.machine import ProfileRow
from zenml.repository import Repository

HEARS_NOTHING_BY_ITSELF = {"ZENML_FRESH": "1e9"}
"""Of a machine that reads: how much one knows of the other must not depend on how long a test takes."""


@dataclass
class Time:
    """What time it really is: a second later whenever somebody looks."""

    now: datetime = datetime(2025, 3, 10, 12, tzinfo=UTC)

    def passes(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass(frozen=True)
class Member(Home):
    """The machine of one of a team.

    Attributes:
        time: What time it really is.
        ahead: By how much its clock is ahead.
    """

    time: Time = field(default_factory=Time)
    ahead: timedelta = timedelta(0)

    @contextmanager
    def here(self) -> Iterator[Repository]:
        """Makes this process work on this machine, by its clock."""
        variables = {**self.variables(), "ZENML_CONFIG_PATH": str(self.config)}
        clock = mock.Mock(now=lambda zone: (self.time.passes() + self.ahead).astimezone(zone))
        seconds = mock.Mock(time_ns=lambda: int((self.time.now + self.ahead).timestamp()) * 10**9)
        with (
            mock.patch.dict("os.environ", variables, clear=True),
            mock.patch.object(ids, "datetime", clock),
            mock.patch.object(ids, "time", seconds),
        ):
            yield Repository(notify=lambda sentence: None)

    def does(self, change: Callable[[Repository], object]) -> str:
        """Makes a change and returns its letters."""
        with self.here() as repository:
            change(repository)
        began = [row for row in self.events() if row.topic == "zenml:ChangeBegan"]
        return letters(str(began[-1].fields["change_id"]))

    def events(self) -> list[Row]:
        """Returns all stored events in the order of their rows."""
        sql = "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events ORDER BY rowid"
        return [
            Row(rowid, str(UUID(ledger)), position, topic, state.decode())
            for rowid, ledger, position, topic, state in self.query(sql)
        ]

    def query(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        path = paths.ledger_file(str(self.config))
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return database.execute(sql, parameters).fetchall()


class Team:
    """Two machines that share a profile; the clock of the second is an hour ahead, or as much as is said.

    Attributes:
        one: The first machine, which made the profile.
        other: The second machine.
        profile: What they share, as it is on the first one.
    """

    def __init__(self, base: Path, ahead: timedelta = timedelta(hours=1)) -> None:
        time, self._database = Time(), base / "team.db"
        self.one = Member(_made(base / "one"), HEARS_NOTHING_BY_ITSELF, time=time)
        self.other = Member(_made(base / "other"), HEARS_NOTHING_BY_ITSELF, time=time, ahead=ahead)
        for member in (self.one, self.other):
            with member.here() as repository:
                repository.list_stacks()
        with self.one.here():
            self.profile: ProfileRow = shared.begun(self.one, "team")
        with self.other.here():
            shared.joined(self.one, self.other, self.profile)

    @contextmanager
    def out_of_reach(self) -> Iterator[None]:
        """Takes the database away: whoever works meanwhile knows what was brought before."""
        away = self._database.with_suffix(".away")
        self._database.rename(away)
        try:
            yield
        finally:
            away.rename(self._database)

    def alone(self, member: Member, change: Callable[[Repository], object]) -> str:
        """Has a member make a change of its own machine without hearing of the other. Returns its letters."""
        with self.out_of_reach():
            return member.does(change)

    def to_one(self) -> None:
        """Brings to the first machine what the other one has done in the profile."""
        with self.one.here():
            shared.bring(self.other, self.one, self.profile)

    def to_other(self) -> None:
        """Brings to the second machine what the first one has done in the profile."""
        with self.other.here():
            shared.bring(self.one, self.other, self.profile)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
