"""A shared ledger in PostgreSQL, or in what speaks its language, by psycopg."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

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
    import psycopg

IDLE_TIMEOUT = 30
"""Seconds after which the server ends a session that is stopped while it holds the lock."""

_TROUBLES = {
    "08": Trouble.LOST,
    "23505": Trouble.TAKEN,
    "25006": Trouble.READ_ONLY,
    "25P03": Trouble.IDLE,
    "28": Trouble.LOGIN,
    "3D000": Trouble.MISSING,
    "40003": Trouble.LOST,  # it is not known whether a statement was completed
    "40": Trouble.AGAIN,
    "42501": Trouble.GRANT,
    "42P01": Trouble.NO_TABLE,
    "42P07": Trouble.TABLE_THERE,
    "42710": Trouble.TABLE_THERE,
    "53100": Trouble.FULL,
    "53300": Trouble.CROWDED,
    "55P03": Trouble.BUSY,
    "57014": Trouble.BUSY,  # an administrator's statement_timeout is shorter than our wait for the lock
    "57P": Trouble.LOST,
}
"""By SQLSTATE or the beginning of it (PostgreSQL's manual, appendix A); the first that fits."""

_WORDS = (
    (r"authentication failed|no password supplied|role \".*\" (does not exist|is not permitted)", Trouble.LOGIN),
    (r"no pg_hba\.conf entry|permission denied", Trouble.GRANT),
    (r"database \".*\" does not exist", Trouble.MISSING),
    (r"too many|remaining connection slots", Trouble.CROWDED),
    (r"timeout|timed out", Trouble.SILENT),
    (r"SSL error|does not support SSL|certificate|private key", Trouble.ENCRYPTION),
    (r"invalid response|expected authentication request|unsupported frontend", Trouble.FOREIGN),
)
"""What libpq says of a connection that is not made: it gives no SQLSTATE then."""

_WHERE = re.compile(r"connection (failed|is bad): (connection to server .* failed: )?(FATAL: +)?")
"""What it says before that."""


def opened(place: SharedPlace, patience: float, *, create: bool = False) -> PostgresSession:
    """Connects to a server. Nothing is created there. Raises `DatabaseTrouble`, and `ImportError` without psycopg.

    Args:
        place: The database.
        patience: Seconds for the connection, and for each answer after it.
        create: Whether a file would be made; a database is made by its administrator.
    """
    import psycopg

    logging.getLogger(psycopg.__name__).addHandler(logging.NullHandler())  # else it warns on the terminal
    options: dict[str, Any] = {**place.options}
    try:
        connection = psycopg.connect(
            host=place.host,
            port=place.port,
            dbname=place.database,
            user=place.user,
            password=place.password,
            autocommit=True,
            prepare_threshold=None,  # a pool of connections before the server would lose what was prepared
            application_name="zenml",
            client_encoding="utf8",
            connect_timeout=math.ceil(patience),
            keepalives_idle=10,
            keepalives_interval=5,
            keepalives_count=3,
            tcp_user_timeout=math.ceil(patience * 1000),
            **options,
        )
    except Exception as error:
        raise _of_connecting(error) from error
    return PostgresSession(connection, patience)


class PostgresSession(DatabaseSession):
    """A connection to a server."""

    def __init__(self, connection: psycopg.Connection, patience: float) -> None:
        self._connection = connection
        self._patience = patience
        self._breaker = Breaker(connection.fileno())

    def run(self, statement: Statement) -> Answered:
        """Runs a statement; outside of a transaction it is kept at once."""
        with self._in_time(self._patience), self._connection.cursor(binary=True) as cursor:
            cursor.execute(_sql(statement), statement.values or None)
            return _answered(cursor)

    def run_all(self, statements: Sequence[Statement]) -> list[Answered]:
        """Runs statements in their order, in one packet."""
        with self._in_time(self._patience):
            return self._run_all(statements)

    def begin(self, statements: Sequence[Statement] = (), wait: float = 0) -> list[Answered]:
        """Begins a transaction, and runs its first statements with it in one packet."""
        wanted = (
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
            # for this transaction alone: a pool of connections would keep them for others
            f"SET LOCAL lock_timeout = {math.ceil(wait * 1000)}",
            f"SET LOCAL idle_in_transaction_session_timeout = {IDLE_TIMEOUT * 1000}",
        )
        with self._in_time(self._patience + wait):
            return self._run_all([*map(Statement, wanted), *statements])[len(wanted) :]

    def commit(self) -> None:
        """Commits; a transaction in which a statement was refused is none, and that is said."""
        with self._in_time(self._patience):
            cursor = self._connection.execute(b"COMMIT")
            if cursor.statusmessage != "COMMIT":
                raise DatabaseTrouble(Trouble.AGAIN, "the server rolled back")

    def rollback(self) -> None:
        """Ends a transaction without keeping anything of it."""
        with self._in_time(self._patience):
            self._connection.execute(b"ROLLBACK")

    def close(self) -> None:
        """Closes the connection."""
        self._breaker.close()
        self._connection.close()

    def _run_all(self, statements: Sequence[Statement]) -> list[Answered]:
        """Runs statements as one text with their values in it.

        A pipeline would be one packet too, but psycopg ends it with a Flush behind the Sync, and after that the
        server's timeout for idle transactions does not run: whoever is stopped would keep the lock.
        """
        import psycopg

        with psycopg.ClientCursor(self._connection) as cursor:
            values = [value for statement in statements for value in statement.values]
            cursor.execute(b"; ".join(map(_sql, statements)), values)
            answered = [_answered(cursor)]
            while cursor.nextset():
                answered.append(_answered(cursor))
        return answered

    @contextmanager
    def _in_time(self, seconds: float) -> Iterator[None]:
        """Waits for an answer, and no longer than this."""
        try:
            with self._breaker.within(seconds):
                yield
        except DatabaseTrouble:
            raise
        except Exception as error:
            raise DatabaseTrouble(self._trouble(error), str(error)) from error

    def _trouble(self, error: Exception) -> Trouble:
        import psycopg

        state = error.sqlstate if isinstance(error, psycopg.Error) else None
        if state is not None:
            return next((trouble for code, trouble in _TROUBLES.items() if state.startswith(code)), Trouble.OTHER)
        # the driver may notice at the socket that it is closed, and not have noted it of the connection yet
        is_lost = self._connection.closed or "socket closed" in str(error)
        return Trouble.LOST if isinstance(error, psycopg.Error) and is_lost else Trouble.FOREIGN


def _sql(statement: Statement) -> bytes:
    return statement.sql.replace("?", "%s").encode()


def _answered(cursor: psycopg.Cursor) -> Answered:
    rows = cursor.fetchall() if cursor.description is not None else []
    return Answered(rows, cursor.rowcount)


def _of_connecting(error: Exception) -> DatabaseTrouble:
    text = str(error)
    trouble = next((trouble for words, trouble in _WORDS if re.search(words, text)), Trouble.UNREACHABLE)
    return DatabaseTrouble(trouble, _WHERE.sub("", text.partition("\n")[0]))
