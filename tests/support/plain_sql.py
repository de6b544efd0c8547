"""Asks a database by its URL with its driver alone, so that what the program says of it can be compared."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any
from urllib.parse import unquote, urlsplit

Rows = list[tuple[Any, ...]]


def connect(url: str, **options: Any) -> Any:
    """Returns a connection as PEP 249 describes it, in which each statement is committed by itself.

    Args:
        url: The database.
        options: What PyMySQL is told besides.
    """
    place = urlsplit(url)
    match place.scheme:
        case "sqlite":
            return sqlite3.connect(unquote(place.path)[1:], isolation_level=None)
        case "postgresql":
            import psycopg

            return psycopg.connect(place._replace(fragment="").geturl(), autocommit=True)
        case "mysql":
            import pymysql

            return pymysql.connect(
                host=place.hostname,
                port=place.port or 3306,
                user=place.username,
                password=unquote(place.password or ""),
                database=unquote(place.path[1:]),
                autocommit=True,
                **options,
            )
        case other:
            raise ValueError(other)


def rows(url: str, sql: str) -> Rows:
    """Returns the answer of the database at `url`, as somebody who comes newly sees it."""
    with closing(connect(url)) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(sql)
        return [tuple(row) for row in cursor.fetchall()]


def execute(url: str, *statements: str) -> None:
    """Runs statements, one after the other, and commits each of them."""
    with closing(connect(url)) as connection, closing(connection.cursor()) as cursor:
        for statement in statements:
            cursor.execute(statement)
