"""The five tables of a shared database: making them once, and telling them from what is not ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zenml.domain.errors import DamagedLedgerError, NewerFormatError
from zenml.stores.shared_database import failures
from zenml.stores.shared_database.dialects import DIALECTS, Dialect
from zenml.stores.shared_database.places import SQLITE, SharedPlace
from zenml.stores.shared_database.sessions import DatabaseSession, DatabaseTrouble, Statement, Trouble

SCHEMA_VERSION = 1
"""The version of the tables. They change by addition only; the other two numbers say who may use them."""

SCHEMA = "schema"
"""The row of ``zenml_meta`` that says so."""

COLUMNS: dict[str, dict[str, str]] = {
    "zenml_ledgers": {
        "ledger_id": "id", "kind": "word", "slot": "slot", "size": "position", "frontier": "bytes",
        "format": "number", "key_check": "bytes?", "moved_to": "url?",
    },
    "zenml_events": {"ledger_id": "id", "position": "position", "topic": "topic", "state": "bytes"},
    "zenml_changes": {"ledger_id": "id", "change_id": "id", "position": "position"},
    "zenml_keys": {
        "key_id": "id", "ledger_id": "id", "wrapping": "wrapping", "wrapped": "bytes", "digest": "bytes",
    },
    "zenml_meta": {"slot": "word", "schema_version": "number", "min_reader": "number", "min_writer": "number"},
}  # fmt: skip
"""What each table has, by what is in it; with a question mark where it may be empty. The last one is made last."""

_UNIQUE = {
    "zenml_ledgers": ("PRIMARY KEY (ledger_id)", "UNIQUE (kind, slot)"),
    "zenml_events": ("PRIMARY KEY (ledger_id, position)",),
    "zenml_changes": ("PRIMARY KEY (ledger_id, change_id)",),
    "zenml_keys": ("PRIMARY KEY (key_id)",),
    "zenml_meta": ("PRIMARY KEY (slot)",),
}

META = Statement("SELECT schema_version, min_reader, min_writer FROM zenml_meta WHERE slot = ?", (SCHEMA,))
"""Asks which versions may use the tables."""

_ATTEMPTS = 5
"""Others who make the tables at the same time are done after one; each attempt waits for them."""


def prepare(session: DatabaseSession, place: SharedPlace) -> None:
    """Makes the tables that are missing; where all are there, only looks. Raises `DatabaseTrouble` too.

    Raises:
        DamagedLedgerError: Under the name of one there is something else, or one was lost.
        UnreachableError: The file is one of another program.
        NewerFormatError: A newer version made the tables, and this one must not use them.
    """
    for _ in range(_ATTEMPTS):
        if not _missing(session, place):
            return
        try:
            _make(session, place)
        except DatabaseTrouble as error:
            if error.trouble not in (Trouble.TABLE_THERE, Trouble.TAKEN):
                raise
    raise DatabaseTrouble(Trouble.AGAIN)


def check_unaltered(session: DatabaseSession, place: SharedPlace) -> None:
    """Makes sure that nothing in a file falsifies what its tables answer. Raises `DatabaseTrouble` too.

    Raises:
        DamagedLedgerError: There is a trigger on one of them, or an SQL view in its place.
    """
    altered = DIALECTS[place.kind].altered
    for kind, name, table in session.run(Statement(_of_ours(altered))).rows if altered else ():
        raise _altered(place, str(table), "is an SQL view" if kind == "view" else f"has the trigger {name}")


def check_versions(row: Sequence[Any], place: SharedPlace, *, writing: bool) -> None:
    """Checks that this version may use the tables.

    Args:
        row: What `META` answered.
        place: The database.
        writing: Whether it is to write.

    Raises:
        NewerFormatError: It may not.
        DamagedLedgerError: The row does not say.
    """
    if len(row) != len(COLUMNS["zenml_meta"]) - 1:
        raise _altered(place, "zenml_meta", "does not say its version")
    version, min_reader, min_writer = row
    if not all(type(number) is int and number > 0 for number in (version, min_reader, min_writer)):
        raise _altered(place, "zenml_meta", "does not say its version")
    if max(min_reader, min_writer if writing else 0) > SCHEMA_VERSION:
        what = "read" if min_reader > SCHEMA_VERSION else "write to"
        raise NewerFormatError(
            f"A newer version of zenml made the tables of the shared database {place.named}; this one cannot "
            f"{what} it.",
            'Install the newer version: "pip install --upgrade zenml-ledger".',
        )


def _missing(session: DatabaseSession, place: SharedPlace) -> list[str]:
    """Returns the tables that are to be made: none, or what is missing of a database that nobody has used yet."""
    missing = _not_there(session, place)
    if "zenml_meta" in missing:
        used = (
            "zenml_ledgers" not in missing and session.run(Statement("SELECT 1 FROM zenml_ledgers LIMIT 1")).rows
        )
    else:
        used = session.run(META).rows
        if used:
            check_versions(used[0], place, writing=False)
        elif not missing:
            return ["zenml_meta"]  # whoever made it was cut short before the row
    if used and missing:  # or others were making them when we looked; by now they are done
        missing = _not_there(session, place)
    if used and missing:
        raise _altered(place, missing[0], "is missing")
    return missing


def _not_there(session: DatabaseSession, place: SharedPlace) -> list[str]:
    """Returns the tables that are not there. Raises `DamagedLedgerError` if something else has their name."""
    present: dict[str, set[object]] = {}
    for name, kind, column in session.run(Statement(_of_ours(DIALECTS[place.kind].columns))).rows:
        if kind != "table":
            raise _altered(place, str(name), "is not a table")
        present.setdefault(str(name), set()).add(column)
    for name, columns in present.items():
        lost = [column for column in COLUMNS.get(name, ()) if column not in columns]
        if lost:
            raise _altered(place, name, f"has no column {lost[0]}")
    if not present and place.kind == SQLITE:
        others = (  # ours may have been made since we looked
            "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
            " AND name NOT LIKE 'zenml~_%' ESCAPE '~'"
        )
        if session.run(Statement(others)).rows:
            raise failures.of_another_program(place)
    return [name for name in COLUMNS if name not in present]


def _make(session: DatabaseSession, place: SharedPlace) -> None:
    session.begin()
    try:
        for name in _missing(session, place):
            session.run(Statement(_create(name, DIALECTS[place.kind])))
        if not session.run(META).rows:
            row = (SCHEMA, SCHEMA_VERSION, SCHEMA_VERSION, SCHEMA_VERSION)
            session.run(Statement("INSERT INTO zenml_meta VALUES (?, ?, ?, ?)", row))
        session.commit()
    except BaseException:
        session.rollback()
        raise


def _create(name: str, dialect: Dialect) -> str:
    columns = [
        f"{column} {dialect.types[kind.rstrip('?')]}{'' if kind.endswith('?') else ' NOT NULL'}"
        for column, kind in COLUMNS[name].items()
    ]
    return f"CREATE TABLE IF NOT EXISTS {name} ({', '.join([*columns, *_UNIQUE[name]])}){dialect.table}"


def _of_ours(sql: str) -> str:
    return sql.replace("{names}", ", ".join(f"'{name}'" for name in COLUMNS))


def _altered(place: SharedPlace, table: str, what: str) -> DamagedLedgerError:
    return DamagedLedgerError(
        f"In the shared database {place.named}, {table} {what}: zenml did not make it so.",
        code="altered_shared_database",
    )
