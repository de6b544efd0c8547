"""A shared ledger in MySQL or MariaDB, by PyMySQL."""

from __future__ import annotations

import math
import os
import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from zenml.stores import waiting
from zenml.stores.shared_database.deadline import Breaker
from zenml.stores.shared_database.places import SharedPlace
from zenml.stores.shared_database.sessions import (
    Answered,
    DatabaseSession,
    DatabaseTrouble,
    Statement,
    Trouble,
)

if TYPE_CHECKING:
    from ssl import SSLCertVerificationError

    from pymysql.connections import Connection
    from pymysql.cursors import Cursor

IDLE_TIMEOUT = 30
"""Seconds after which the server ends a session that is idle: one that is stopped would keep the lock."""

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
    """Connects to a server. Nothing is created there. Raises `DatabaseTrouble`, and `ImportError` without PyMySQL.

    Args:
        place: The database.
        patience: Seconds for the connection, and for each answer after it.
        create: Whether a file would be made; a database is made by its administrator.
    """
    import pymysql
    from pymysql.constants import CLIENT

    options = _options(place)
    plug = _plug(place, patience)
    breaker = Breaker(plug.fileno())
    try:
        with breaker.within(patience):
            connection = pymysql.Connection(
                host=place.host,
                port=place.port,
                user=place.user,
                password=(place.password or "").encode(),  # of text it would take what Latin-1 has
                database=place.database,
                charset="utf8mb4",
                # FOUND_ROWS: rows that an UPDATE found, also where nothing was to be changed
                client_flag=CLIENT.FOUND_ROWS | CLIENT.MULTI_STATEMENTS,
                autocommit=None,
                program_name="zenml",
                # strict: nothing is cut to fit; without NO_BACKSLASH_ESCAPES, which the driver escapes wrongly
                init_command=(
                    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', autocommit = 1, "
                    f"innodb_lock_wait_timeout = {math.ceil(waiting.LOCK_TIMEOUT)}, wait_timeout = {IDLE_TIMEOUT}"
                ),
                defer_connect=True,
                **options,
            )
            connection.connect(plug)
    except Exception as error:
        plug.close()
        breaker.close()
        raise DatabaseTrouble(_trouble(error), _text(error)) from error
    return MysqlSession(connection, breaker, patience)


def _options(place: SharedPlace) -> dict[str, Any]:
    """Returns what the driver is told of TLS."""
    options: dict[str, Any] = {**place.options}
    for option in _FILES & options.keys():
        if not os.access(options[option], os.R_OK):
            raise DatabaseTrouble(Trouble.ENCRYPTION, f"the file {options[option]} of {option} cannot be read")
    if "ssl_ca" in options:
        options["ssl_verify_cert"] = True
        # a certificate of somebody else's server is no better than none
        options.setdefault("ssl_verify_identity", "true")
    if "ssl_verify_identity" in options:
        options["ssl_verify_identity"] = options["ssl_verify_identity"].lower() in ("true", "1", "yes")
    return options


def _plug(place: SharedPlace, patience: float) -> socket.socket:
    """Returns a socket that is connected to the server."""
    try:
        plug = socket.create_connection((place.host, place.port), timeout=patience)
    except OSError as error:
        trouble = Trouble.SILENT if isinstance(error, TimeoutError) else Trouble.UNREACHABLE
        raise DatabaseTrouble(trouble, error.strerror or str(error)) from error
    plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return plug


class MysqlSession(DatabaseSession):
    """A connection to a server."""

    def __init__(self, connection: Connection[Any], breaker: Breaker, patience: float) -> None:
        self._connection = connection
        self._breaker = breaker
        self._patience = patience

    def run(self, statement: Statement) -> Answered:
        """Runs a statement; outside of a transaction it is kept at once."""
        return self._run_all([statement], self._patience)[0]

    def run_all(self, statements: Sequence[Statement]) -> list[Answered]:
        """Runs statements in their order, in one packet."""
        return self._run_all(statements, self._patience)

    def begin(self, statements: Sequence[Statement] = (), wait: float = 0) -> list[Answered]:
        """Begins a transaction, and runs its first statements with it in one packet."""
        wanted = ("SET TRANSACTION ISOLATION LEVEL READ COMMITTED", "START TRANSACTION")
        answered = self._run_all([*map(Statement, wanted), *statements], self._patience + wait)
        return answered[len(wanted) :]

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

    def _run_all(self, statements: Sequence[Statement], seconds: float) -> list[Answered]:
        """Runs statements as one text with their values in it, and waits no longer than this for the answers."""
        try:
            with self._breaker.within(seconds), self._connection.cursor() as cursor:
                cursor.execute("; ".join(_sql(cursor, statement) for statement in statements))
                answered = [_answered(cursor)]
                while cursor.nextset():
                    answered.append(_answered(cursor))
                return answered
        except Exception as error:
            raise DatabaseTrouble(_trouble(error), _text(error)) from error


def _sql(cursor: Cursor, statement: Statement) -> str:
    return cursor.mogrify(statement.sql.replace("?", "%s"), tuple(statement.values) or None)


def _answered(cursor: Cursor) -> Answered:
    return Answered(list(cursor.fetchall()), cursor.rowcount)


def _trouble(error: Exception) -> Trouble:
    import pymysql

    if isinstance(error, DatabaseTrouble):
        return error.trouble
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
