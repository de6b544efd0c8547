"""The machine's own facts: its profiles, what is active, the repositories it knows."""

from __future__ import annotations

from collections import namedtuple

from zenml.projections.temporal import Table, last, rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

    from zenml.projections.rows import Rows

    Fields = dict[str, Any]

PROFILES = Table(
    "profiles",
    key=("profile_id",),
    columns=("name", "store_type", "url", "profile_ledger_id"),
    unique=("name",),
)
ACTIVE_PROFILE = Table("active_profile", key=("machine",), columns=("profile_id",))
ACTIVE_STACKS = Table("active_stacks", key=("profile_id",), columns=("stack_id",))
REPOSITORIES = Table(
    "repositories",
    key=("repository_id",),
    columns=("path", "profile_id", "profile_name", "stack_id", "stack_name"),
)
TABLES = (PROFILES, ACTIVE_PROFILE, ACTIVE_STACKS, REPOSITORIES)
_HERE = ("here",)  # the one row of active_profile


class ProfileRow(namedtuple("ProfileRow", "profile_id name store_type url profile_ledger_id")):
    """A profile; ``url`` is the JSON text of what the event says of it."""

    __slots__ = ()
    profile_id: str
    name: str
    store_type: str
    url: str
    profile_ledger_id: str


class RepositoryRow(namedtuple("RepositoryRow", "repository_id path profile_id profile_name stack_id stack_name")):
    """A repository and its choice, with the names that were written to its file."""

    __slots__ = ()
    repository_id: str
    path: str
    profile_id: str
    profile_name: str
    stack_id: str | None
    stack_name: str | None


def _created(to: Rows, event: Fields) -> None:
    cells = (event["name"], event["store_type"], to.json(event["url"]), event["profile_ledger_id"])
    to.begin(PROFILES, (event["profile_id"],), cells)


def _renamed(to: Rows, event: Fields) -> None:
    to.change(PROFILES, (event["profile_id"],), "name", event["new_name"])


def _deleted(to: Rows, event: Fields) -> None:
    to.end(PROFILES, (event["profile_id"],))


def _profile_activated(to: Rows, event: Fields) -> None:
    to.end(ACTIVE_PROFILE, _HERE)
    if event["new"]:
        to.begin(ACTIVE_PROFILE, _HERE, (event["new"]["chosen_id"],))


def _stack_activated(to: Rows, event: Fields) -> None:
    to.end(ACTIVE_STACKS, (event["profile_id"],))
    if event["new"]:
        to.begin(ACTIVE_STACKS, (event["profile_id"],), (event["new"]["chosen_id"],))


def _choice(choice: Fields | None) -> tuple[str | None, str | None]:
    return (choice["chosen_id"], choice["name"]) if choice else (None, None)


def _initialized(to: Rows, event: Fields) -> None:
    cells = (to.json(event["path"]), *_choice(event["profile"]), *_choice(event["stack"]))
    to.begin(REPOSITORIES, (event["repository_id"],), cells)


def _removed(to: Rows, event: Fields) -> None:
    to.end(REPOSITORIES, (event["repository_id"],))


def _rechosen(to: Rows, event: Fields, profile: Fields | None, stack: Fields | None) -> None:
    key = (event["repository_id"],)
    before = to.end(REPOSITORIES, key)
    if before is not None:
        path, *old = before
        cells = (*(_choice(profile) if profile else old[:2]), *(_choice(stack) if stack != {} else old[2:]))
        to.begin(REPOSITORIES, key, (path, *cells))


def _repository_profile(to: Rows, event: Fields) -> None:
    _rechosen(to, event, event["new"], {})


def _repository_stack(to: Rows, event: Fields) -> None:
    _rechosen(to, event, None, event["new"])


def _observed(to: Rows, event: Fields) -> None:
    _rechosen(to, event, event["new_profile"], event["new_stack"])


def _exported(to: Rows, event: Fields) -> None:
    """Leaves no trace but the change: nothing is different since."""


APPLY = {
    "zenml:ProfileCreated": _created,
    "zenml:ProfileRenamed": _renamed,
    "zenml:ProfileDeleted": _deleted,
    "zenml:ProfileActivated": _profile_activated,
    "zenml:StackActivated": _stack_activated,
    "zenml:RepositoryInitialized": _initialized,
    "zenml:RepositoryRemoved": _removed,
    "zenml:RepositoryProfileActivated": _repository_profile,
    "zenml:RepositoryStackActivated": _repository_stack,
    "zenml:RepositoryChoiceObserved": _observed,
    "zenml:RecordExported": _exported,
}


def profile_name(database: sqlite3.Connection, machine_id: str, profile_ledger_id: str) -> str | None:
    """Returns what the profile is called whose contents a ledger is; the last name of one that is gone."""
    return last(database, PROFILES, "name", ledger_id=machine_id, profile_ledger_id=profile_ledger_id)


def last_name(database: sqlite3.Connection, machine_id: str, profile_id: str) -> str | None:
    """Returns what a profile is called; the last name of one that is gone."""
    return last(database, PROFILES, "name", ledger_id=machine_id, profile_id=profile_id)


def profile_names(database: sqlite3.Connection, machine_id: str, profile_ledger_id: str) -> list[tuple[int, str]]:
    """Returns every name of the profile whose contents a ledger is, and since which position it had it."""
    sql = f"SELECT since, name FROM {PROFILES.name} WHERE ledger_id = ? AND profile_ledger_id = ? ORDER BY since"
    return database.execute(sql, (machine_id, profile_ledger_id)).fetchall()


def profiles(database: sqlite3.Connection, machine_id: str, at: int | None = None) -> list[ProfileRow]:
    """Returns the profiles by name, now or at a position of the machine's ledger."""
    found = database.execute(*rows(PROFILES, machine_id, at))
    return sorted((ProfileRow(*row[:5]) for row in found), key=lambda it: it.name)


def renamed(database: sqlite3.Connection, machine_id: str, name: str, at: int | None = None) -> ProfileRow | None:
    """Returns the profile that was the last to have a name, as it is now, or was at a position.

    It has another name there: this is asked of names that no profile has. None if that profile is not there.
    """
    try:
        name.encode()
    except UnicodeEncodeError:  # bytes that are no text are no name either, and cannot be asked for
        return None
    # what is over is looked up in the file too: a rehearsal has a copy of what is present alone
    for table in (PROFILES.name, f"main.{PROFILES.name}"):
        sql = f"SELECT profile_id FROM {table} WHERE ledger_id = ? AND name = ? ORDER BY since DESC LIMIT 1"
        row = database.execute(sql, (machine_id, name)).fetchone()
        if row:
            return next((it for it in profiles(database, machine_id, at) if it.profile_id == row[0]), None)
    return None


def active_profile(database: sqlite3.Connection, machine_id: str, at: int | None = None) -> str | None:
    """Returns the id of the machine's active profile."""
    row = database.execute(*rows(ACTIVE_PROFILE, machine_id, at)).fetchone()
    return row[1] if row else None


def active_stacks(database: sqlite3.Connection, machine_id: str, at: int | None = None) -> dict[str, str]:
    """Returns the ids of the machine's active stacks by profile id."""
    return {row[0]: row[1] for row in database.execute(*rows(ACTIVE_STACKS, machine_id, at))}


def repositories(database: sqlite3.Connection, machine_id: str, at: int | None = None) -> list[RepositoryRow]:
    """Returns the repositories that are known."""
    return [RepositoryRow(*row[:6]) for row in database.execute(*rows(REPOSITORIES, machine_id, at))]
