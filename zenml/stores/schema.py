"""What a ledger's file is made of, and whether a file is made of that alone.

Tables that the program did not make can answer as they like: a trigger removes what was just written, a view in
the place of a table shows what never was. So the schema is compared, text by text, before anything is decided.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from zenml.domain.errors import DamagedLedgerError
from zenml.projections import stored_tiles, views
from zenml.projections.database import STORED, VIEWS

EVENTS = (
    "CREATE TABLE IF NOT EXISTS stored_events (rowid INTEGER PRIMARY KEY AUTOINCREMENT,"
    " originator_id TEXT NOT NULL, originator_version INTEGER NOT NULL, topic TEXT NOT NULL,"
    " state BLOB NOT NULL, UNIQUE (originator_id, originator_version)) STRICT"
)
"""Each row id is used once (the event store library reads it as ``rowid``)."""

LEDGERS = (
    # one row per ledger; whoever appends reads it under the lock and leaves it as the next one needs it
    "CREATE TABLE IF NOT EXISTS heads (ledger_id TEXT PRIMARY KEY, kind TEXT NOT NULL, size INTEGER NOT NULL,"
    " frontier BLOB NOT NULL) STRICT",
    # the only rows that are ever removed: without its data key a secret is gone, and every proof still holds
    "CREATE TABLE IF NOT EXISTS keys (key_id TEXT PRIMARY KEY, ledger_id TEXT NOT NULL, wrapped BLOB NOT NULL,"
    " digest BLOB NOT NULL) STRICT",
    # a ledger without a row has format 1 and its keys here
    "CREATE TABLE IF NOT EXISTS ledgers (ledger_id TEXT PRIMARY KEY, format INTEGER NOT NULL,"
    " keys TEXT NOT NULL) STRICT",
)

_OURS = frozenset((*STORED, "ledgers"))
_KEPT = (*_OURS, stored_tiles.TILES)  # what is never made again by itself


def create(database: sqlite3.Connection) -> None:
    """Makes every table of a ledger's file, empty."""
    for statement in (EVENTS, *LEDGERS):
        database.execute(statement)
    views.create(database)


class Differences(NamedTuple):
    """How the schema of a file differs from the one this version makes.

    Attributes:
        refused: What could change or falsify the record, a sentence each: nothing is decided on such a file.
        outdated: Tables and indexes that hold views and are not those of this version: they are rebuilt.
        unknown: Tables and indexes that the program did not make and that change none of its tables.
    """

    refused: tuple[str, ...]
    outdated: tuple[str, ...]
    unknown: tuple[str, ...]


def differences(database: sqlite3.Connection) -> Differences:
    """Compares the schema of a file with the one this version makes."""
    expected = _expected()
    refused, outdated, unknown = [], [], []
    rows = database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid").fetchall()
    for kind, name, table, sql in rows:
        text = expected.pop((kind, name), None)
        if kind == "trigger":
            refused.append(f"The trigger '{name}' on '{table}' was not made by zenml.")
        elif kind == "view":
            refused.append(f"The SQL view '{name}' was not made by zenml.")
        elif text == sql or (
            name.startswith("sqlite_autoindex_") and table in (*_OURS, stored_tiles.TILES, *VIEWS)
        ):
            continue
        elif name == stored_tiles.TILES and kind == "table":
            unknown.append(f"{kind} '{name}'")  # somebody else's: it is not used
        elif text is None and (table in VIEWS or table in _OURS or name not in (*VIEWS, *_OURS)):
            unknown.append(f"{kind} '{name}'")
        elif table in VIEWS and str(sql).startswith(("CREATE TABLE ", "CREATE INDEX ", "CREATE UNIQUE INDEX ")):
            outdated.append(f"{kind} '{name}'")
        else:
            refused.append(f"The {kind} '{name}' is not the one that zenml makes.")
    outdated += [f"{kind} '{name}'" for kind, name in expected if name not in _KEPT]
    return Differences(tuple(refused), tuple(outdated), tuple(unknown))


def check(database: sqlite3.Connection, path: str) -> Differences:
    """Compares the schema of a file, and refuses one that could falsify the record.

    Raises:
        DamagedLedgerError: The file has a trigger, an SQL view, or another table in the place of one that stores.
    """
    deviations = differences(database)
    if deviations.refused:
        raise DamagedLedgerError(
            f"The ledger {path} was altered: {_lowered(deviations.refused[0])}", code="altered_ledger"
        )
    return deviations


def _expected() -> dict[tuple[str, str], str]:
    """Returns the text of every table and index as SQLite keeps it, by kind and name."""
    expected = {}
    for statement in (EVENTS, *LEDGERS, stored_tiles.CREATE, *views.statements()):
        text = statement.replace("IF NOT EXISTS ", "")
        words = text.split(maxsplit=4)
        kind, name = ("index", words[3]) if words[1] == "UNIQUE" else (words[1].lower(), words[2])
        expected[kind, name] = text
    return expected


def _lowered(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
