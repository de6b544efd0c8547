"""Databases of SQLite, PostgreSQL and MariaDB, each with nothing in it, made for a test and dropped after it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit
from uuid import uuid4

from tests.support import plain_sql

KINDS = ("sqlite", "postgresql", "mysql")
"""What there is on the machines of CI as well; ``mysql`` is MariaDB."""

_PORTS = {"postgresql": 5432, "mysql": 3306}

_SERVERS = {
    "postgresql": os.environ.get("ZENML_TEST_POSTGRESQL_URL", "postgresql://postgres@127.0.0.1:5432/test"),
    "mysql": "mysql://root@127.0.0.1:3306/test",
}
"""Databases of this machine, whose administrators are let in without a password. The variable names another engine
that speaks as PostgreSQL does; all tests of PostgreSQL are run in that one then."""


@contextmanager
def fresh_url(kind: str) -> Iterator[str]:
    """Gives the URL of a new database, without tables; of SQLite, of a file that is not there yet."""
    name = f"zenml_test_{uuid4().hex}"
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/{name}.db"
        return
    administer(kind, f"CREATE DATABASE {name}")
    try:
        yield _url(kind, name)
    finally:
        _drop(kind, name)


@contextmanager
def owned_database(kind: str, password: str) -> Iterator[str]:
    """Gives the name, of five characters, of a new database on a server, and of the user who may do all in it."""
    name = f"z{uuid4().hex[:4]}"
    if kind == "postgresql":
        made = [f"CREATE ROLE {name} LOGIN PASSWORD '{password}'", f"CREATE DATABASE {name} OWNER {name}"]
        dropped = [f"DROP ROLE {name}"]
    else:
        made = [
            f"CREATE DATABASE {name}",
            f"CREATE USER {name}@'127.0.0.1' IDENTIFIED BY '{password}'",
            f"CREATE USER {name}@localhost IDENTIFIED BY '{password}'",  # where the server looks names up
            f"GRANT ALL ON {name}.* TO {name}@'127.0.0.1', {name}@localhost",
        ]
        dropped = [f"DROP USER {name}@'127.0.0.1', {name}@localhost"]
    administer(kind, *made)
    try:
        yield name
    finally:
        _drop(kind, name)
        administer(kind, *dropped)


def port(kind: str) -> int:
    """Returns the port of a server."""
    return urlsplit(_SERVERS[kind]).port or _PORTS[kind]


def administer(kind: str, *statements: str, database: str | None = None) -> list[tuple[object, ...]]:
    """Runs statements as a server's administrator, and returns what the last one answered."""
    url = _SERVERS[kind] if database is None else _url(kind, database)
    with closing(plain_sql.connect(url)) as connection, closing(connection.cursor()) as cursor:
        for statement in statements:
            cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


def _url(kind: str, database: str) -> str:
    return urlsplit(_SERVERS[kind])._replace(path=f"/{database}").geturl()


def _drop(kind: str, name: str) -> None:
    """Drops a database, whoever is still connected: a test may have left a session in a lock."""
    forced = kind == "postgresql" and "ZENML_TEST_POSTGRESQL_URL" not in os.environ  # not every engine knows it
    administer(kind, f"DROP DATABASE {name}{' WITH (FORCE)' if forced else ''}")
