"""The differences between the databases, as far as they show in SQL; how each is opened, and in which module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from zenml.stores.shared_database.places import MYSQL, POSTGRESQL, SQLITE, SharedPlace
from zenml.stores.shared_database.sessions import DatabaseSession, DatabaseTrouble, Trouble

_ASCII = "CHARACTER SET ascii COLLATE ascii_bin"
_TEXT = "CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"


class Dialect(NamedTuple):
    """What a database has otherwise.

    Attributes:
        title: What it is called.
        driver: The package that speaks to it; empty if Python does.
        extra: The extra of this package that brings the driver.
        types: Types of columns, by what is in them.
        table: What follows the columns of a table.
        for_update: What makes a query lock the row.
        columns: Which of the given tables are there: name, kind (``table`` if it is one) and column, a row each.
        altered: What can be put into a database so that tables answer with something else, where anybody could do
            that: kind, name and table, a row each. Empty where it takes an administrator.
        left_over: What may still have a row as it was before it was changed or removed, and what an administrator
            does about it; empty if nothing has it.
    """

    title: str
    driver: str
    extra: str
    types: Mapping[str, str]
    table: str
    for_update: str
    columns: str
    altered: str = ""
    left_over: str = ""


DIALECTS = {
    SQLITE: Dialect(
        title="SQLite",
        driver="",
        extra="",
        types={
            **dict.fromkeys(("id", "word", "topic", "wrapping", "slot", "url"), "TEXT"),
            **dict.fromkeys(("position", "number"), "INTEGER"),
            "bytes": "BLOB",
        },
        table=" STRICT",
        for_update="",
        columns=(
            "SELECT m.name, m.type, c.name FROM sqlite_master m LEFT JOIN pragma_table_info(m.name) c"
            " WHERE m.type IN ('table', 'view') AND m.name IN ({names})"
        ),
        altered=(
            "SELECT type, name, tbl_name FROM sqlite_master"
            " WHERE type IN ('trigger', 'view') AND tbl_name IN ({names}) LIMIT 1"
        ),
    ),
    POSTGRESQL: Dialect(
        title="PostgreSQL",
        driver="psycopg",
        extra="postgres",
        types={
            "id": "char(36)",
            "word": "varchar(16)",
            "topic": "varchar(128)",
            "wrapping": "varchar(8)",
            "slot": "varchar(128)",
            "url": "text",
            "position": "bigint",
            "number": "integer",
            "bytes": "bytea",
        },
        table="",
        for_update=" FOR UPDATE",
        columns=(
            "SELECT t.relname, CASE t.relkind WHEN 'r' THEN 'table' ELSE 'view' END, c.attname"
            " FROM pg_catalog.pg_class t LEFT JOIN pg_catalog.pg_attribute c"
            " ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped"
            " WHERE pg_catalog.pg_table_is_visible(t.oid) AND t.relkind NOT IN ('i', 'I')"
            " AND t.relname IN ({names})"
        ),
        left_over=(
            'dead rows, until its administrator runs "VACUUM FULL zenml_events, zenml_keys;", its write-ahead '
            "log, until it is written over, and the archive of that, its log of statements if it keeps one, and "
            "its backups, until they are removed"
        ),
    ),
    MYSQL: Dialect(
        title="MySQL",
        driver="pymysql",
        extra="mysql",
        types={
            "id": f"char(36) {_ASCII}",
            "word": f"varchar(16) {_ASCII}",
            "topic": f"varchar(128) {_ASCII}",
            "wrapping": f"varchar(8) {_ASCII}",
            "slot": f"varchar(128) {_TEXT}",
            "url": f"text {_TEXT}",
            "position": "bigint",
            "number": "int",
            "bytes": "mediumblob",
        },
        table=" ENGINE=InnoDB",
        for_update=" FOR UPDATE",
        columns=(
            "SELECT t.table_name, CASE t.table_type WHEN 'BASE TABLE' THEN 'table' ELSE 'view' END, c.column_name"
            " FROM information_schema.tables t LEFT JOIN information_schema.columns c"
            " ON c.table_schema = t.table_schema AND c.table_name = t.table_name"
            " WHERE t.table_schema = DATABASE() AND t.table_name IN ({names})"
        ),
        left_over=(
            'free space of its pages, until its administrator runs "OPTIMIZE TABLE zenml_events, zenml_keys;", '
            "its redo and undo logs, until they are written over, and its binary log "
            '("PURGE BINARY LOGS BEFORE now();"), its replicas, its log of statements if it keeps one, and its '
            "backups, until they are removed"
        ),
    ),
}


def open_session(place: SharedPlace, patience: float, *, create: bool = False) -> DatabaseSession:
    """Opens a connection. Raises `DatabaseTrouble`.

    Args:
        place: The database.
        patience: Seconds for the connection, and for an answer outside of the wait for a lock.
        create: Whether an SQLite file, and its folder, are made if they are not there.
    """
    match place.kind:
        case "sqlite":
            from zenml.stores.shared_database import sqlite as driver
        case "postgresql":
            from zenml.stores.shared_database import postgresql as driver  # type: ignore[no-redef]
        case _:
            from zenml.stores.shared_database import mysql as driver  # type: ignore[no-redef]
    try:
        return driver.opened(place, patience, create=create)
    except ImportError as error:
        raise DatabaseTrouble(Trouble.NO_DRIVER) from error
