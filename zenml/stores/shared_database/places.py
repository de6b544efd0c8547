"""Where a shared ledger is: the URL of a database, read as SQLAlchemy reads it; refused where it is unclear."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from zenml import paths
from zenml.domain.errors import InvalidValueError
from zenml.domain.names import check_name
from zenml.stores.shared_database.url_text import check_text, decoded, server_of, shown, unreadable

DEFAULT_SLOT = "default"
"""Which of its ledgers a database means if the URL does not say."""

SQLITE, POSTGRESQL, MYSQL = "sqlite", "postgresql", "mysql"

_KINDS = {
    "sqlite": SQLITE,
    "postgresql": POSTGRESQL,
    "postgres": POSTGRESQL,
    "postgresql+psycopg": POSTGRESQL,
    "mysql": MYSQL,
    "mysql+pymysql": MYSQL,
    "mariadb": MYSQL,
    "mariadb+pymysql": MYSQL,
}
_PORTS = {POSTGRESQL: 5432, MYSQL: 3306}
_OPTIONS = {
    SQLITE: frozenset[str](),
    POSTGRESQL: frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl"}),
    MYSQL: frozenset({"ssl_ca", "ssl_cert", "ssl_key", "ssl_verify_identity"}),
}
"""What may follow a question mark: how the connection is encrypted, and nothing else."""

_SCHEME = re.compile(r"([A-Za-z][\w+.-]*)://(.*)", re.DOTALL)
_IN_PATHS = {"%": "%25", "?": "%3F", "#": "%23"}
"""What is written otherwise in the path of a file. All else is as it is, as SQLAlchemy has it."""


class SharedPlace(NamedTuple):
    """The database that a URL names, and which of its ledgers.

    Attributes:
        kind: ``sqlite``, ``postgresql`` or ``mysql``; MariaDB is the last one.
        host: The server's name or address; empty for a file.
        port: Its TCP port; 0 for a file.
        user: Who connects; None if the URL does not say.
        password: Their password; None if there is none.
        database: The database on the server, or the absolute path of the file.
        slot: What stands behind ``#``, else ``default``.
        options: What stands behind ``?``.
        shown: The URL as people may see it.
        url: The URL as it is recorded: the path of a file is absolute, all else as it was given.
    """

    kind: str
    host: str
    port: int
    user: str | None
    password: str | None
    database: str
    slot: str
    options: dict[str, str]
    shown: str
    url: str

    def __repr__(self) -> str:
        """Returns the place without its password, which would otherwise be in every traceback."""
        return f"SharedPlace({self.shown!r})"

    @property
    def without_login(self) -> str:
        """The URL without user and password: what others may be told of where a ledger went."""
        if self.kind == SQLITE:
            return self.url
        scheme, mark, rest = self.url.partition("://")
        server, slash, database = rest.partition("/")
        return f"{scheme}{mark}{server.rpartition('@')[2]}{slash}{database}"

    @property
    def named(self) -> str:
        """The database in words, as in a sentence."""
        if self.kind == SQLITE:
            return self.database
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"'{self.database}' on {host}:{self.port}"


def read_place(url: str) -> SharedPlace:
    """Returns what a URL names. Nothing is opened.

    Raises:
        InvalidValueError: It cannot be read, or names no database that is known here. The sentence says nothing
            of what may be a password.
    """
    check_text(url)
    match = _SCHEME.fullmatch(url)
    if match is None:
        raise InvalidValueError(f"Invalid URL for store type `sql`: {shown(url)}")
    scheme = match[1].lower()
    if scheme not in _KINDS:
        raise _unknown(scheme)
    kind, (address, mark, name) = _KINDS[scheme], match[2].partition("#")
    if kind != SQLITE and "@" in "".join(re.split(r"([/?#])", match[2], maxsplit=1)[1:]):
        raise unreadable(
            "it has an @ behind the host; in a password, @ : / ? # and % are written %40 %3A %2F %3F %23 %25"
        )
    slot = _slot(name) if mark else DEFAULT_SLOT
    if kind == SQLITE:
        return _file(address, slot, mark + name, url)
    return _on_a_server(kind, address, slot, url)


def default_url(config_directory: str, name: str) -> str:
    """Returns the URL of the file that a profile has if no URL is given: where ZenML puts it."""
    path = os.path.join(paths.profile_directory(config_directory, name), "zenml.db")
    return f"sqlite:///{_path_written(path)}"


def _file(address: str, slot: str, behind: str, url: str) -> SharedPlace:
    path, _, query = address.partition("?")
    _options(SQLITE, query)
    if path and not path.startswith("/"):
        raise unreadable("a file has no host: its path follows sqlite:///")
    typed = path[1:]
    if typed in ("", ":memory:"):
        raise unreadable("a database in memory cannot be shared")
    if re.match(r"~[^/]*(/|$)", typed):
        raise unreadable("a home folder is not written ~ in it: write the path in full")
    written = re.sub(r"%(?:25|3F|23)", lambda code: chr(int(code[0][1:], 16)), typed, flags=re.IGNORECASE)
    full = paths.absolute(written)
    if not os.path.isabs(written):
        url = f"sqlite:///{_path_written(full)}{behind}"
    return SharedPlace(SQLITE, "", 0, None, None, full, slot, {}, url, url)


def _path_written(path: str) -> str:
    return "".join(_IN_PATHS.get(character, character) for character in path)


def _on_a_server(kind: str, address: str, slot: str, url: str) -> SharedPlace:
    place, _, query = address.partition("?")
    authority, _, name = place.partition("/")
    login, at, server = authority.rpartition("@")
    if "@" in login:
        raise unreadable("it has more than one @; in a password, @ is written %40")
    user, colon, password = login.partition(":")
    host, port = server_of(kind, server, _PORTS[kind])
    database = decoded("database", name)
    if not database:
        raise unreadable(f"it names no database, as in {kind}://HOST/DATABASE")
    if "/" in name:
        raise unreadable("a / in the name of a database is written %2F")
    from zenml.domain.secrecy import STARS  # a service needs none of it

    starred = url if not password else url.replace(f"{login}@", f"{user}:{STARS}@", 1)
    return SharedPlace(
        kind,
        host,
        port,
        decoded("user", user) if at and user else None,
        decoded("password", password) if colon and password else None,
        database,
        slot,
        _options(kind, query),
        starred,
        url,
    )


def _slot(name: str) -> str:
    if not name:
        raise unreadable("nothing follows its #, which is for the name of one of several profiles in a database")
    slot = decoded("name behind #", name)
    check_name("profile", slot)
    return slot


def _options(kind: str, query: str) -> dict[str, str]:
    options: dict[str, str] = {}
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        if name not in _OPTIONS[kind]:
            raise _option_refused(kind, name)
        if name in options:
            raise unreadable(f"it has the option {name} twice")
        options[name] = decoded(f"option {name}", value)
        if not options[name]:
            raise unreadable(f"its option {name} has no value")
    return options


def _option_refused(kind: str, name: str) -> InvalidValueError:
    known = sorted(_OPTIONS[kind])
    allowed = f"those that are known are {', '.join(known)}" if known else "a file has none"
    what = f"the option {name}" if re.fullmatch(r"[a-z_]{1,40}", name) else "what is behind its ?"
    return unreadable(f"{what} is not known; {allowed}")


def _unknown(scheme: str) -> InvalidValueError:
    near = " CockroachDB is reached with postgresql:// as well." if scheme.startswith("cockroach") else ""
    return InvalidValueError(
        f"A profile cannot be shared in a database of the kind '{scheme}': it can be in sqlite, postgresql or "
        f"mysql.{near}"
    )
