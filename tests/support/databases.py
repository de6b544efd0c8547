"""Databases of SQLite, PostgreSQL and MariaDB, each with nothing in it, made for a test and dropped after it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pymysql

KINDS = ("sqlite", "postgresql", "mysql")
"""What there is on the machines of CI as well; ``mysql`` is MariaDB."""

POSTGRESQL, MYSQL = "postgresql://postgres@127.0.0.1:5432", "mysql://root@127.0.0.1:3306"
"""Servers of this machine, which let their administrators in without a password."""


@contextmanager
def fresh_url(kind: str) -> Iterator[str]:
    """Gives the URL of a new database, without tables; of SQLite, of a file that is not there yet."""
    name = f"zenml_test_{uuid4().hex}"
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/{name}.db"
        return
    server = POSTGRESQL if kind == "postgresql" else MYSQL
    administer(kind, f"CREATE DATABASE {name}")
    try:
        yield f"{server}/{name}"
    finally:
        # whoever is still connected: a test may have left a session in a lock
        administer(kind, f"DROP DATABASE {name}{' WITH (FORCE)' if kind == 'postgresql' else ''}")


@contextmanager
def owned_database(kind: str, password: str) -> Iterator[str]:
    """Gives the name, of five characters, of a new database on a server, and of the user who may do all in it."""
    name = f"z{uuid4().hex[:4]}"
    if kind == "postgresql":
        made = [f"CREATE ROLE {name} LOGIN PASSWORD '{password}'", f"CREATE DATABASE {name} OWNER {name}"]
        dropped = [f"DROP DATABASE {name} WITH (FORCE)", f"DROP ROLE {name}"]
    else:
        made = [
            f"CREATE DATABASE {name}",
            f"CREATE USER {name}@'127.0.0.1' IDENTIFIED BY '{password}'",
            f"CREATE USER {name}@localhost IDENTIFIED BY '{password}'",  # where the server looks names up
            f"GRANT ALL ON {name}.* TO {name}@'127.0.0.1', {name}@localhost",
        ]
        dropped = [f"DROP USER {name}@'127.0.0.1', {name}@localhost", f"DROP DATABASE {name}"]
    administer(kind, *made)
    try:
        yield name
    finally:
        administer(kind, *dropped)


def administer(kind: str, *statements: str, database: str | None = None) -> list[tuple[object, ...]]:
    """Runs statements as a server's administrator, and returns what the last one answered."""
    if kind == "postgresql":
        with psycopg.connect(f"{POSTGRESQL}/{database or 'test'}", autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []
    with (
        pymysql.connect(host="127.0.0.1", user="root", database=database, autocommit=True) as connected,
        connected.cursor() as asked,
    ):
        for statement in statements:
            asked.execute(statement)
        return list(asked.fetchall())
