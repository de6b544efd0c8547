"""The machine's own facts: its profiles, what is active, the repositories it knows."""

from __future__ import annotations

from collections import namedtuple
from operator import itemgetter

from zenml.projections.settings import display_value
from zenml.projections.tables import RECORDS
from zenml.projections.temporal import LEDGER, last, select

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

PROFILES, REPOSITORIES = RECORDS["profile"], RECORDS["repository"]
ACTIVE_PROFILE, ACTIVE_STACKS = RECORDS["active profile"], RECORDS["active stack"]


class ProfileRow(namedtuple("ProfileRow", "profile_id name store_type url profile_ledger_id")):
    """A profile; ``url`` is the JSON text of what the event says of it."""

    __slots__ = ()
    profile_id: str
    name: str
    store_type: str
    url: str
    profile_ledger_id: str

    @property
    def is_shared(self) -> bool:
        """Whether other machines may use it too: its ledger is kept elsewhere, and what is here is a copy."""
        return self.store_type != "local"

    @property
    def is_second_name(self) -> bool:
        """Whether it is another name of a profile of this machine, by the URL at which that is served."""
        return not self.is_shared and _is_service(self.url)

    @property
    def shown_store_type(self) -> str:
        """In what kind of store people find it."""
        return "rest" if self.is_second_name else self.store_type


def _is_service(url: str) -> bool:
    return str(display_value(url)).startswith(("http://", "https://"))


_NAME = ProfileRow._fields.index("name")


class RepositoryRow(namedtuple("RepositoryRow", "repository_id path profile_id profile_name stack_id stack_name")):
    """A repository and its choice, with the names that were written to its file."""

    __slots__ = ()
    repository_id: str
    path: str
    profile_id: str
    profile_name: str
    stack_id: str | None
    stack_name: str | None


def is_shared(database: sqlite3.Connection, profile_ledger_id: str) -> bool:
    """Tells whether a ledger is that of a profile that machines share, or was when it last was a profile's."""
    # main: a rehearsal has a table of the same name before it, with what is present alone
    sql = "SELECT 1 FROM main.profiles WHERE profile_ledger_id = ? AND store_type != 'local' LIMIT 1"
    if database.execute(sql, (profile_ledger_id,)).fetchone() is None:
        return False
    return (
        last(database, PROFILES, "store_type", profile_ledger_id=profile_ledger_id) != "local"
    )  # it may have moved


def has_local_profiles_alone(database: sqlite3.Connection) -> bool:
    """Tells whether there is a machine's ledger, and no profile is shared, or ever was."""
    sql = (
        "SELECT EXISTS (SELECT 1 FROM heads WHERE kind = 'machine')"
        " AND NOT EXISTS (SELECT 1 FROM profiles WHERE store_type != 'local')"
    )
    return bool(database.execute(sql).fetchone()[0])


def profile_name(database: sqlite3.Connection, machine_id: str, profile_ledger_id: str) -> str | None:
    """Returns what the profile is called whose contents a ledger is; the last name of one that is gone."""
    present = profile_of_ledger(database, machine_id, profile_ledger_id)
    if present is not None:
        return present.name
    return last(database, PROFILES, "name", machine_id, profile_ledger_id=profile_ledger_id)


def store_type(database: sqlite3.Connection, machine_id: str, profile_ledger_id: str) -> str | None:
    """Returns in what kind of store the profile is whose contents a ledger is, or was; None if it is nobody's."""
    return last(database, PROFILES, "store_type", machine_id, profile_ledger_id=profile_ledger_id)


def last_name(database: sqlite3.Connection, machine_id: str, profile_id: str) -> str | None:
    """Returns what a profile is called; the last name of one that is gone."""
    return last(database, PROFILES, "name", machine_id, profile_id=profile_id)


def last_url(database: sqlite3.Connection, machine_id: str, profile_id: str) -> str | None:
    """Returns the URL of a profile, as a `ProfileRow` has it; the last one of a profile that is gone."""
    return last(database, PROFILES, "url", machine_id, profile_id=profile_id)


def profile_names(database: sqlite3.Connection, machine_id: str, profile_ledger_id: str) -> list[tuple[int, str]]:
    """Returns every name of the profile whose contents a ledger is, and since which position it had it."""
    sql = (
        f"SELECT since, name, store_type, url FROM {PROFILES.name}"
        f" WHERE ledger = {LEDGER.format('?')} AND profile_ledger_id = ? ORDER BY since"
    )
    rows = database.execute(sql, (machine_id, profile_ledger_id)).fetchall()
    first = [row for row in rows if row[2] != "local" or not _is_service(row[3])]
    return [(since, name) for since, name, *_ in first or rows]


def profiles(database: sqlite3.Connection, machine_id: str, at: int | None = None) -> list[ProfileRow]:
    """Returns the profiles by name, now or at a position of the machine's ledger."""
    selected = database.execute(*select(PROFILES, machine_id, at))
    return sorted((ProfileRow._make(row[:5]) for row in selected), key=itemgetter(_NAME))


def profile(database: sqlite3.Connection, machine_id: str, name: str) -> ProfileRow | None:
    """Returns the profile that has a name now; None if none has: bytes that are no text are no name."""
    try:
        row = database.execute(*select(PROFILES, machine_id, name=name)).fetchone()
    except UnicodeEncodeError:
        return None
    return ProfileRow(*row[:5]) if row else None


def profile_by_id(
    database: sqlite3.Connection, machine_id: str, profile_id: str | None, at: int | None = None
) -> ProfileRow | None:
    """Returns the profile with an id, now or at a position; None if it is not there."""
    row = database.execute(*select(PROFILES, machine_id, at, profile_id=profile_id)).fetchone()
    return ProfileRow(*row[:5]) if row else None


def profile_of_ledger(database: sqlite3.Connection, machine_id: str, profile_ledger_id: str) -> ProfileRow | None:
    """Returns the profile whose contents a ledger is now; None if no profile has it.

    It may have another name here, by which it is served: that is returned if it is the only one.
    """
    found = [
        ProfileRow(*row[:5])
        for row in database.execute(*select(PROFILES, machine_id, profile_ledger_id=profile_ledger_id))
    ]
    return min(found, key=lambda profile: profile.is_second_name, default=None)


def has_several_names(database: sqlite3.Connection, machine_id: str, profile_ledger_id: str) -> bool:
    """Tells whether more than one profile has the contents of a ledger now."""
    return len(database.execute(*select(PROFILES, machine_id, profile_ledger_id=profile_ledger_id)).fetchall()) > 1


def renamed(database: sqlite3.Connection, machine_id: str, name: str, at: int | None = None) -> ProfileRow | None:
    """Returns the profile that was the last to have a name, as it is now, or was at a position.

    It has another name there: this is asked of names that no profile has. None if that profile is not there.
    """
    profile_id = last(database, PROFILES, "profile_id", machine_id, name=name)
    return profile_by_id(database, machine_id, profile_id, at)


def active_profile(database: sqlite3.Connection, machine_id: str, at: int | None = None) -> str | None:
    """Returns the id of the machine's active profile."""
    row = database.execute(*select(ACTIVE_PROFILE, machine_id, at)).fetchone()
    return row[1] if row else None


def chosen_profile(database: sqlite3.Connection, machine_id: str) -> ProfileRow | None:
    """Returns the machine's active profile as it is now; None if it is not there."""
    columns = ", ".join(f"p.{column}" for column in ProfileRow._fields)
    sql = (
        f"SELECT {columns} FROM {ACTIVE_PROFILE.name} a JOIN {PROFILES.name} p ON p.ledger = a.ledger"
        " AND p.profile_id = a.profile_id AND p.until IS NULL"
        f" WHERE a.ledger = {LEDGER.format('?')} AND a.until IS NULL"
    )
    row = database.execute(sql, (machine_id,)).fetchone()
    return ProfileRow(*row) if row else None


def active_stack(
    database: sqlite3.Connection, machine_id: str, profile_id: str, at: int | None = None
) -> str | None:
    """Returns the id of the stack that is active on the machine in a profile, now or at a position."""
    row = database.execute(*select(ACTIVE_STACKS, machine_id, at, profile_id=profile_id)).fetchone()
    return row[1] if row else None


def active_stacks(database: sqlite3.Connection, machine_id: str, at: int | None = None) -> dict[str, str]:
    """Returns the ids of the machine's active stacks by profile id."""
    return {row[0]: row[1] for row in database.execute(*select(ACTIVE_STACKS, machine_id, at))}


def repository(database: sqlite3.Connection, machine_id: str, repository_id: str) -> RepositoryRow | None:
    """Returns the repository of an id; None if it is not known."""
    row = database.execute(*select(REPOSITORIES, machine_id, repository_id=repository_id)).fetchone()
    return RepositoryRow(*row[:6]) if row else None


def repositories(database: sqlite3.Connection, machine_id: str, at: int | None = None) -> list[RepositoryRow]:
    """Returns the repositories that are known."""
    return [RepositoryRow(*row[:6]) for row in database.execute(*select(REPOSITORIES, machine_id, at))]
