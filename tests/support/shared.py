"""Two machines that share a profile in a database: the file of each has its ledger whole."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from tests.support.program import Home
from zenml import paths
from zenml.projections import machine as machine_queries
from zenml.projections.database import machine_ledger, open_still
from zenml.projections.machine import ProfileRow
from zenml.projections.settings import display_value
from zenml.repository import Repository

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
    home = Home(base, {**names_of(base / "site", host, user), "ZENML_FRESH": "0"})
    home.done("profile", "list")
    return home


def names_of(site: Path, host: str, user: str) -> dict[str, str]:
    """Returns the variables that give a process these names; puts into a new folder what does so."""
    site.mkdir()
    (site / "sitecustomize.py").write_text(_ANOTHER_MACHINE)
    return {"PYTHONPATH": str(site), _HOST: host, _USER: user}


def begun(home: Home, name: str, folder: Path | None = None) -> ProfileRow:
    """Makes a shared profile with its default stack on one machine, which uses it from then on.

    Its database is in a folder, or beside what the machine has.
    """
    _make(home, name, f"sqlite:///{folder or home.base.parent}/{name}.db")
    return _profile(home, name)


def joined(home: Home, other: Home, profile: ProfileRow, name: str | None = None) -> None:
    """Has another machine join a shared profile, which it uses from then on, under the same or another name."""
    _make(other, name or profile.name, str(display_value(profile.url)))
    assert _profile(other, name or profile.name).profile_ledger_id == profile.profile_ledger_id


def hand_over(home: Home, other: Home, profile: ProfileRow) -> None:
    """Gives another machine the key that opens the secrets of a shared profile."""
    source, target = (
        Path(paths.profile_key_file(str(each.config), profile.profile_ledger_id)) for each in (home, other)
    )
    target.parent.mkdir(mode=0o700, exist_ok=True)
    target.write_bytes(source.read_bytes())
    target.chmod(0o600)


def bring(home: Home, other: Home, profile: ProfileRow) -> None:
    """Has another machine hear of what was done in a profile; nothing if it does not have it yet."""
    with _as_on(other), _on(other) as repository:
        row = next((row for row in _profiles(other) if row.profile_ledger_id == profile.profile_ledger_id), None)
        if row is not None:
            repository._follow(row)


def _make(home: Home, name: str, url: str) -> None:
    with _as_on(home), _on(home) as repository:
        repository.create_profile(name, store_type="sql", url=url)
        repository.activate_profile(name, machine_wide=True)


def _profile(home: Home, name: str) -> ProfileRow:
    return next(row for row in _profiles(home) if row.name == name)


def _profiles(home: Home) -> list[ProfileRow]:
    with open_still(_file(home)) as database:
        return machine_queries.profiles(database, machine_ledger(database) or "")


@contextmanager
def _on(home: Home) -> Iterator[Repository]:
    """Gives what works on a machine."""
    variables = {**home.variables(), "ZENML_CONFIG_PATH": str(home.config)}
    with mock.patch.dict("os.environ", variables, clear=True):
        yield Repository(notify=lambda sentence: None)


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


def _file(home: Home) -> str:
    return paths.ledger_file(str(home.config))
