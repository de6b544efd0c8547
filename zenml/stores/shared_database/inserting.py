"""Rows on their way into a shared database: statements that insert many, in packets that a server takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from zenml.stores.shared_database.queries import MOST_ROWS
from zenml.stores.shared_database.sessions import Statement

_ASK_FROM = 256 * 1024
"""Bytes. Every server takes statements of a megabyte; for larger ones it is asked how much it takes."""

_OF_A_ROW = 128
"""Bytes of a row beside its longest value: ids, a position, signs between them."""

Rows = Sequence[tuple[str, Sequence[Any]]]
"""Values, each with the table and its columns."""


def is_small(rows: Rows) -> bool:
    """Tells whether every server takes rows at once, so that none needs to be asked."""
    return sum(_bytes_of(values) for _, values in rows) < _ASK_FROM


def packets(rows: Rows, most: int) -> Iterator[list[Statement]]:
    """Returns rows as statements, and these in packets; the last one may be empty.

    Args:
        rows: The rows.
        most: How many bytes the server takes at once.
    """
    packet: list[Statement] = []
    table, batch, room = "", list[Sequence[Any]](), most
    for into, values in rows:
        room -= _bytes_of(values)
        if room < 0 and batch:
            yield [*packet, _insert(table, batch)]
            packet, batch, room = [], [], most - _bytes_of(values)
        elif batch and (into != table or len(batch) == MOST_ROWS):
            packet.append(_insert(table, batch))
            batch = []
        table = into
        batch.append(values)
    yield [*packet, _insert(table, batch)] if batch else packet


def _insert(table: str, batch: Sequence[Sequence[Any]]) -> Statement:
    row = f"({', '.join('?' * len(batch[0]))})"
    sql = f"INSERT INTO {table} VALUES {', '.join([row] * len(batch))}"
    return Statement(sql, [value for values in batch for value in values])


def _bytes_of(values: Sequence[Any]) -> int:
    return _OF_A_ROW + sum(len(value) for value in values if isinstance(value, bytes))
