"""Two machines that share a profile: the file of each has its ledger whole, as a store for a team will keep it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.support.program import Home
from zenml import places
from zenml.domain.commands import ActivateProfile
from zenml.projections.machine import ProfileRow
from zenml.stores.local import LocalStore
from zenml.unit_of_work import first_run
from zenml.unit_of_work.request import Request
from zenml.unit_of_work.work import UnitOfWork

URL = "sqlite:////srv/team/ledger.db"


def begun(home: Home, name: str) -> ProfileRow:
    """Makes a shared profile with its default stack on one machine, which uses it from then on."""
    with _writing(home).change() as work:
        _, change = work.now
        profile = first_run.make_empty_profile(change, name, URL, lambda sentence: None, "sql")
        first_run.fill_profile(change, lambda sentence: None, work.make_local_path)
    _use(home, name)
    return profile


def joined(home: Home, other: Home, profile: ProfileRow, name: str | None = None) -> None:
    """Brings a shared profile to another machine, which uses it from then on, under the same or another name."""
    bring(home, other, profile)
    with _writing(other).change() as work:
        _, change = work.now
        first_run.make_empty_profile(
            change, name or profile.name, URL, lambda sentence: None, "sql", profile.profile_ledger_id
        )
    _use(other, name or profile.name)


def bring(home: Home, other: Home, profile: ProfileRow) -> None:
    """Copies to another machine what it does not have yet of a ledger: events, head and format, and no keys."""
    ledger_id = profile.profile_ledger_id
    with closing(sqlite3.connect(_file(home))) as source, closing(sqlite3.connect(_file(other))) as target, target:
        (size,) = target.execute(
            "SELECT coalesce(max(originator_version), 0) FROM stored_events WHERE originator_id = ?",
            (_hex(ledger_id),),
        ).fetchone()
        head = source.execute("SELECT * FROM heads WHERE ledger_id = ?", (ledger_id,)).fetchone()
        if head[2] <= size:
            return
        events = source.execute(
            "SELECT originator_id, originator_version, topic, state FROM stored_events"
            " WHERE originator_id = ? AND originator_version > ? ORDER BY originator_version",
            (_hex(ledger_id), size),
        ).fetchall()
        target.executemany(
            "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (?, ?, ?, ?)",
            events,
        )
        target.execute("INSERT OR REPLACE INTO heads VALUES (?, ?, ?, ?)", head)
        known = source.execute(
            "SELECT ledger_id, format FROM ledgers WHERE ledger_id = ?", (ledger_id,)
        ).fetchone()
        target.execute("INSERT OR REPLACE INTO ledgers VALUES (?, ?, 'elsewhere')", known)
    with closing(LocalStore(_file(other))) as store:
        store.rebuild()


def _use(home: Home, name: str) -> None:
    with _writing(home).change() as work:
        work.execute(ActivateProfile(name, machine_wide=True))


def _hex(ledger_id: str) -> str:
    return ledger_id.replace("-", "")


def _file(home: Home) -> str:
    return places.ledger_file(str(home.config))


def _writing(home: Home) -> UnitOfWork:
    return UnitOfWork(
        Request(str(home.config), _file(home), None, lambda sentence: None, None, None, None, dry_run=False)
    )
