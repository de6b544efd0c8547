"""The tokens of this machine's service, revoked ones too."""

from __future__ import annotations

from collections import namedtuple

from zenml.projections.tables import RECORDS
from zenml.projections.temporal import LEDGER, last_row

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

TOKENS = RECORDS["token"]
_COLUMNS = (*TOKENS.key, *TOKENS.columns, "since", "until")


class TokenRow(namedtuple("TokenRow", "token_id name role secrets since until")):
    """A token; ``since`` and ``until`` are the positions at which it was created and revoked."""

    __slots__ = ()
    token_id: str
    name: str
    role: str
    secrets: bool
    since: int
    until: int | None


def tokens(database: sqlite3.Connection, machine_id: str) -> list[TokenRow]:
    """Returns all tokens there ever were, in the order in which they were created."""
    sql = f"SELECT {', '.join(_COLUMNS)} FROM {TOKENS.name} WHERE ledger = {LEDGER.format('?')} ORDER BY since"
    return [_row(row) for row in database.execute(sql, (machine_id,))]


def times(database: sqlite3.Connection, machine_id: str) -> dict[int, str]:
    """Returns when tokens were created and revoked, by the position of that; of what is recorded."""
    sql = (
        f"SELECT e.at, c.time FROM (SELECT ledger, since AS at FROM {TOKENS.name}"
        f" UNION SELECT ledger, until FROM {TOKENS.name} WHERE until IS NOT NULL) e"
        " JOIN change_parts p ON p.ledger = e.ledger AND e.at BETWEEN p.position AND p.position + p.count"
        f" JOIN changes c USING (number) WHERE e.ledger = {LEDGER.format('?')}"
    )
    return dict(database.execute(sql, (machine_id,)).fetchall())


def token(database: sqlite3.Connection, machine_id: str, name: str) -> TokenRow | None:
    """Returns the token that has a name, or had it; None if none ever had."""
    return _found(database, machine_id, "name", name)


def token_by_id(database: sqlite3.Connection, machine_id: str, token_id: str) -> TokenRow | None:
    """Returns a token, revoked or not; None if there never was one."""
    return _found(database, machine_id, "token_id", token_id)


def _found(database: sqlite3.Connection, machine_id: str, column: str, value: str) -> TokenRow | None:
    row = last_row(database, TOKENS, _COLUMNS, machine_id, **{column: value})
    return _row(row) if row else None


def _row(row: tuple[Any, ...]) -> TokenRow:
    token_id, name, role, secrets, since, until = row
    return TokenRow(token_id, name, role, secrets == "true", since, until)
