"""Two machines that share a profile: the file of each has its ledger whole, as a store for a team will keep it."""

from __future__ import annotations

import os
import pwd
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from unittest import mock

from tests.support.program import Home
from zenml import paths
from zenml.domain.commands import ActivateProfile
from zenml.projections.machine import ProfileRow
from zenml.stores.local import LocalStore
from zenml.unit_of_work import first_run
from zenml.unit_of_work.request import Request
from zenml.unit_of_work.work import UnitOfWork

URL = "sqlite:////srv/team/ledger.db"

_HOST, _USER = "TEST_HOST", "TEST_USER"
_ANOTHER_MACHINE = """
import os, pwd

def uname(real=os.uname):
    return os.uname_result((real().sysname, os.environ["TEST_HOST"], *real()[2:]))

def user(uid, real=pwd.getpwuid):
    return pwd.struct_passwd((os.environ["TEST_USER"], *real(uid)[1:]))

os.uname, pwd.getpwuid = uname, user
"""
"""Makes the system give a process other names for its machine and its user."""


def machine(base: Path, host: str, user: str = "root") -> Home:
    """Returns a machine of this name, on which somebody of this name has run the program once."""
    base.mkdir()
    site = base / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(_ANOTHER_MACHINE)
    home = Home(base, {"PYTHONPATH": str(site), _HOST: host, _USER: user})
    home.done("profile", "list")
    return home


def begun(home: Home, name: str) -> ProfileRow:
    """Makes a shared profile with its default stack on one machine, which uses it from then on."""
    with _as_on(home), _writing(home).change() as work:
        _, change = work.now
        profile = first_run.make_empty_profile(change, name, URL, lambda sentence: None, "sql")
        work.keyring.make(profile.profile_ledger_id)
        first_run.fill_profile(change, lambda sentence: None, work.make_local_path)
    _use(home, name)
    return profile


def joined(home: Home, other: Home, profile: ProfileRow, name: str | None = None) -> None:
    """Brings a shared profile to another machine, which uses it from then on, under the same or another name."""
    bring(home, other, profile)
    with _as_on(other), _writing(other).change() as work:
        _, change = work.now
        first_run.make_empty_profile(
            change, name or profile.name, URL, lambda sentence: None, "sql", profile.profile_ledger_id
        )
    _use(other, name or profile.name)


def hand_over(home: Home, other: Home, profile: ProfileRow) -> None:
    """Gives another machine the key that opens the secrets of a shared profile."""
    source, target = (
        Path(paths.profile_key_file(str(each.config), profile.profile_ledger_id)) for each in (home, other)
    )
    target.parent.mkdir(mode=0o700, exist_ok=True)
    target.write_bytes(source.read_bytes())
    target.chmod(0o600)


def bring(home: Home, other: Home, profile: ProfileRow) -> None:
    """Copies to another machine what it does not have yet of a ledger: events, head, format and wrapped keys."""
    ledger_id = profile.profile_ledger_id
    with closing(sqlite3.connect(_file(home))) as source, closing(sqlite3.connect(_file(other))) as target, target:
        (size,) = target.execute(
            "SELECT coalesce(max(originator_version), 0) FROM stored_events WHERE originator_id = ?",
            (_hex(ledger_id),),
        ).fetchone()
        wrapped = source.execute("SELECT * FROM keys WHERE ledger_id = ?", (ledger_id,)).fetchall()
        target.executemany("INSERT OR IGNORE INTO keys VALUES (?, ?, ?, ?)", wrapped)
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
        target.execute(
            "INSERT INTO ledgers VALUES (?, ?, 'here')"
            " ON CONFLICT (ledger_id) DO UPDATE SET format = excluded.format",
            known,
        )
    with closing(LocalStore(_file(other))) as store:
        store.rebuild()


@contextmanager
def _as_on(home: Home) -> Iterator[None]:
    """Gives this process the names that the machine and its user have."""
    names = home.environment
    if _HOST not in names:
        yield
        return
    system, entry = os.uname(), pwd.getpwuid(os.getuid())
    with (
        mock.patch("os.uname", return_value=os.uname_result((system.sysname, names[_HOST], *system[2:]))),
        mock.patch("pwd.getpwuid", return_value=pwd.struct_passwd((names[_USER], *entry[1:]))),
    ):
        yield


def _use(home: Home, name: str) -> None:
    if _HOST in home.environment:  # as somebody of that machine would
        home.done("profile", "set", name)
        return
    with _writing(home).change() as work:
        work.execute(ActivateProfile(name, machine_wide=True))


def _hex(ledger_id: str) -> str:
    return ledger_id.replace("-", "")


def _file(home: Home) -> str:
    return paths.ledger_file(str(home.config))


def _writing(home: Home) -> UnitOfWork:
    return UnitOfWork(
        Request(str(home.config), _file(home), None, lambda sentence: None, None, None, None, dry_run=False)
    )
