"""A shared ledger in MySQL or MariaDB, by PyMySQL."""

from __future__ import annotations

import math
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from zenml.stores import protocol
from zenml.stores.shared_database.places import SharedPlace
from zenml.stores.shared_database.sessions import (
    Answered,
    Breaker,
    DatabaseSession,
    DatabaseTrouble,
    Statement,
    Trouble,
)

if TYPE_CHECKING:
    from ssl import SSLCertVerificationError

    from pymysql.connections import Connection

IDLE_TIMEOUT = 30
"""Seconds after which the server ends a session that is stopped while it holds the lock."""

_UNKNOWN_VARIABLE = 1193
_FILES = {"ssl_ca", "ssl_cert", "ssl_key"}

_TROUBLES = {
    **dict.fromkeys((1044, 1130, 1142, 1143, 1227, 1370), Trouble.GRANT),
    **dict.fromkeys((1045, 1698, 1862), Trouble.LOGIN),
    **dict.fromkeys((1040, 1203, 1226), Trouble.CROWDED),
    **dict.fromkeys((1290, 1792, 1836), Trouble.READ_ONLY),
    **dict.fromkeys((1021, 1114), Trouble.FULL),
    **dict.fromkeys((1020, 1213), Trouble.AGAIN),
    **dict.fromkeys((1047, 2003, 2005), Trouble.UNREACHABLE),
    **dict.fromkeys((1053, 1927, 2006, 2013), Trouble.LOST),
    2026: Trouble.ENCRYPTION,
    1049: Trouble.MISSING,
    1050: Trouble.TABLE_THERE,
    1062: Trouble.TAKEN,
    1146: Trouble.NO_TABLE,
    1205: Trouble.BUSY,
    4031: Trouble.IDLE,
}
"""Numbers of error messages (MySQL's "Server Error Message Reference", MariaDB's "Error Codes")."""


def opened(place: SharedPlace, patience: float, *, create: bool = False) -> MysqlSession:
    """Connects to a server. Nothing is created there. Raises `DatabaseTrouble`.

    Args:
        place: The database.
        patience: Seconds for the connection, and for each answer after it.
        create: Whether a file would be made; a database is made by its administrator.
    """
    try:
        import pymysql
        from pymysql.constants import CLIENT
    except ImportError as error:
        raise DatabaseTrouble(Trouble.NO_DRIVER) from error
    given: dict[str, Any] = {"user": place.user, **place.options}
    for option in _FILES & given.keys():
        if not os.access(given[option], os.R_OK):
            raise DatabaseTrouble(Trouble.ENCRYPTION, f"the file {given[option]} of {option} cannot be read")
    if "ssl_ca" in given:
        given["ssl_verify_cert"] = True
    if "ssl_verify_identity" in given:
        given["ssl_verify_identity"] = given["ssl_verify_identity"].lower() in ("true", "1", "yes")
    try:
        plug = socket.create_connection((place.host, place.port), timeout=patience)
    except OSError as error:
        trouble = Trouble.SILENT if isinstance(error, TimeoutError) else Trouble.UNREACHABLE
        raise DatabaseTrouble(trouble, error.strerror or str(error)) from error
    plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    breaker = Breaker(plug.fileno())
    try:
        with breaker.within(patience):
            connection = pymysql.Connection(
                host=place.host,
                port=place.port,
                password=(place.password or "").encode(),  # of text it would take what Latin-1 has
                database=place.database,
                charset="utf8mb4",
                client_flag=CLIENT.FOUND_ROWS,  # rows that an UPDATE found, also where nothing was to be changed
                autocommit=None,
                program_name="zenml",
                # strict: nothing is cut to fit; without NO_BACKSLASH_ESCAPES, which the driver escapes wrongly
                init_command=(
                    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', autocommit = 1, "
                    f"innodb_lock_wait_timeout = {math.ceil(protocol.LOCK_TIMEOUT)}"
                ),
                defer_connect=True,
                **{name: value for name, value in given.items() if value is not None},
            )
            connection.connect(plug)
    except Exception as error:
        plug.close()
        trouble = Trouble.SILENT if breaker.broke else _trouble(error)
        breaker.close()
        raise DatabaseTrouble(trouble, _text(error)) from error
    return MysqlSession(connection, breaker, patience)


class MysqlSession(DatabaseSession):
    """A connection to a server."""

    def __init__(self, connection: Connection[Any], breaker: Breaker, patience: float) -> None:
        self._connection = connection
        self._breaker = breaker
        self._patience = patience
        self._may_write = False

    def run(self, statement: Statement) -> Answered:
        """Runs a statement; outside of a transaction it is kept at once."""
        return self._run(statement, self._patience)

    def begin(self, statements: Sequence[Statement] = (), wait: float = 0) -> list[Answered]:
        """Begins a transaction."""
        if not self._may_write:
            self._prepare_to_write()
        self.run(Statement("START TRANSACTION"))
        return [
            self._run(statement, self._patience + (0 if done else wait))
            for done, statement in enumerate(statements)
        ]

    def commit(self) -> None:
        """Commits."""
        self.run(Statement("COMMIT"))

    def rollback(self) -> None:
        """Ends a transaction without keeping anything of it."""
        self.run(Statement("ROLLBACK"))

    def close(self) -> None:
        """Closes the connection."""
        self._breaker.close()
        if self._connection.open:
            self._connection.close()

    def batch_bytes(self) -> int:
        """Returns how many bytes of values one statement may have; the driver may write each byte as two."""
        allowed = self.run(Statement("SELECT @@max_allowed_packet")).rows[0][0]
        return min(self.PACKET, max(int(allowed) // 2 - 128 * 1024, 1))

    def _prepare_to_write(self) -> None:
        """Makes the session one that a stopped client does not keep for long."""
        self.run(Statement("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"))
        try:
            self.run(Statement(f"SET SESSION idle_transaction_timeout = {IDLE_TIMEOUT}"))
        except DatabaseTrouble as error:
            if getattr(error.__cause__, "args", (0,))[0] != _UNKNOWN_VARIABLE:
                raise
            self.run(Statement(f"SET SESSION wait_timeout = {IDLE_TIMEOUT}"))  # MySQL has no other one
        self._may_write = True

    def _run(self, statement: Statement, seconds: float) -> Answered:
        with self._in_time(seconds), self._connection.cursor() as cursor:
            touched = cursor.execute(statement.sql.replace("?", "%s"), tuple(statement.values) or None)
            return Answered(list(cursor.fetchall()), touched)

    @contextmanager
    def _in_time(self, seconds: float) -> Iterator[None]:
        """Waits for an answer, and no longer than this."""
        try:
            with self._breaker.within(seconds):
                yield
        except Exception as error:
            trouble = Trouble.SILENT if self._breaker.broke else _trouble(error)
            raise DatabaseTrouble(trouble, _text(error)) from error


def _trouble(error: Exception) -> Trouble:
    import pymysql

    # an error of the system that is no driver's is of the files of certificates
    if isinstance(error, OSError) or _untrusted(error):
        return Trouble.ENCRYPTION
    if not isinstance(error, pymysql.Error):
        return Trouble.FOREIGN  # what the driver could make nothing of
    number = error.args[0] if error.args else 0
    if isinstance(error, pymysql.InterfaceError):
        return Trouble.LOST
    return _TROUBLES.get(number, Trouble.OTHER)


def _text(error: Exception) -> str:
    if untrusted := _untrusted(error):
        return f"its certificate is not trusted: {untrusted.verify_message}"
    error = getattr(error, "original_exception", error)
    return str(error.args[1]) if len(error.args) > 1 else str(error)


def _untrusted(error: Exception) -> SSLCertVerificationError | None:
    """Returns why a server's certificate is not trusted; None if that is not what an error is about."""
    import ssl

    original = getattr(error, "original_exception", error)
    return original if isinstance(original, ssl.SSLCertVerificationError) else None
