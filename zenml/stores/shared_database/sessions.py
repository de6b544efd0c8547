"""A connection as everything here uses it: the same few calls for every database, and the same few troubles."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from enum import Enum, auto
from typing import Any, NamedTuple


class Trouble(Enum):
    """What a database says, as far as it makes a difference."""

    UNREACHABLE = auto()
    """Nobody listens, or there is no such host."""
    SILENT = auto()
    """It did not answer in time."""
    LOST = auto()
    """The connection broke."""
    IDLE = auto()
    """The server ended the session since it was idle within a transaction: nothing of that was kept."""
    ENCRYPTION = auto()
    """The connection is not encrypted as the URL wants it, or a certificate is missing or not trusted."""
    LOGIN = auto()
    MISSING = auto()
    """There is no such database, or no such file."""
    GRANT = auto()
    READ_ONLY = auto()
    CROWDED = auto()
    """The server takes no more connections."""
    BUSY = auto()
    """Others held the lock for too long."""
    AGAIN = auto()
    """It was rolled back because of what others do at the same time: a deadlock, or no serial order."""
    TAKEN = auto()
    """A row with this key is there."""
    NO_TABLE = auto()
    TABLE_THERE = auto()
    """Somebody made the table in this moment."""
    FOREIGN = auto()
    """What answers is not a database of this kind."""
    DAMAGED = auto()
    FULL = auto()
    NO_DRIVER = auto()
    OTHER = auto()


class DatabaseTrouble(Exception):  # noqa: N818 - it never leaves this package
    """What a driver raised.

    Attributes:
        trouble: What it means.
        text: What the database said, in one line; it may hold anything, a password too.
    """

    def __init__(self, trouble: Trouble, text: str = "") -> None:
        super().__init__(text)
        self.trouble = trouble
        self.text = text.strip().partition("\n")[0]


class Statement(NamedTuple):
    """A statement, with ``?`` for each of its values."""

    sql: str
    values: Sequence[Any] = ()


class Answered(NamedTuple):
    """What a statement answered: its rows, and how many it touched."""

    rows: list[tuple[Any, ...]]
    touched: int


class DatabaseSession(ABC):
    """A connection. Everything raises `DatabaseTrouble` and nothing else of a driver.

    After any trouble within a transaction it is to be rolled back, or the session closed.
    """

    PACKET = 4 * 1024 * 1024
    """Bytes that are sent or fetched at once, at most."""

    @abstractmethod
    def run(self, statement: Statement) -> Answered:
        """Runs a statement; outside of a transaction it is kept at once."""

    def run_all(self, statements: Sequence[Statement]) -> list[Answered]:
        """Runs statements in their order, in one packet where the database can do that."""
        return [self.run(statement) for statement in statements]

    @abstractmethod
    def begin(self, statements: Sequence[Statement] = (), wait: float = 0) -> list[Answered]:
        """Begins a transaction that writes, of isolation READ COMMITTED, and runs its first statements.

        Args:
            statements: The first of them waits for the lock of others.
            wait: For how many seconds, at most.
        """

    @abstractmethod
    def commit(self) -> None:
        """Commits. Of trouble only `Trouble.AGAIN`, `BUSY`, `IDLE` and `FULL` say that nothing was kept."""

    @abstractmethod
    def rollback(self) -> None:
        """Ends a transaction without keeping anything of it."""

    @abstractmethod
    def close(self) -> None:
        """Gives up the connection; never raises."""

    def is_current(self) -> bool:
        """Tells whether the connection is still to what its place names; a file may have been replaced."""
        return True

    def batch_bytes(self) -> int:
        """Returns how many bytes of values one statement may have."""
        return self.PACKET
