"""Whatever is altered in a ledger's file is found by `verify`, and named; nothing that is altered is a fault."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from random import Random

import pytest

from tests.ledger.histories import everything
from tests.ledger.machines import Machine
from tests.support.sizes import FLIPS
from zenml.domain.errors import DamagedLedgerError, LedgerError
from zenml.ledger.verification import Verification
from zenml.projections.database import VIEWS

TABLES = (*VIEWS, "stored_events", "heads", "keys", "ledgers", "sqlite_sequence")
FOREIGN = {
    "a trigger": "CREATE TRIGGER t AFTER INSERT ON keys BEGIN DELETE FROM keys; END",
    "a trigger on a view": "CREATE TRIGGER t AFTER UPDATE ON stacks BEGIN DELETE FROM stacks; END",
    "a trigger elsewhere": "CREATE TABLE x (y); CREATE TRIGGER t AFTER INSERT ON x BEGIN DELETE FROM keys; END",
    "an SQL view": "CREATE VIEW report AS SELECT * FROM stacks",
    "an SQL view in place of a table": "DROP TABLE labels; CREATE VIEW labels AS SELECT 1",
    "an SQL view in place of what is stored": "ALTER TABLE keys RENAME TO k; CREATE VIEW keys AS SELECT * FROM k",
    "a column more": "ALTER TABLE heads ADD COLUMN more TEXT",
    "a column of a view more": "ALTER TABLE stacks ADD COLUMN more TEXT",
    "a table made again": "CREATE TABLE k AS SELECT * FROM keys; DROP TABLE keys; ALTER TABLE k RENAME TO keys",
    "an index gone": "DROP INDEX stacks_now",
    "an index of another table": "DROP INDEX stacks_now; CREATE INDEX stacks_now ON components (name)",
}
MADE_AGAIN = ("a column of a view more", "an index gone", "an index of another table")
"""What only holds views is made again by the next writer."""

HARMLESS = {
    "a table": "CREATE TABLE mine (x)",
    "an index": "CREATE INDEX mine ON stacks (name)",
    "statistics": "ANALYZE",
}


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a machine on which much has happened, its key and what it remembers included."""
    base = tmp_path_factory.mktemp("whole").resolve()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZENML_CONFIG_PATH", str(base / "config"))
        patch.setenv("XDG_STATE_HOME", str(base / "state"))
        patch.chdir(base)
        everything(Machine(base))
    return base


@pytest.fixture
def altered(machine: Machine, whole: Path) -> Machine:
    shutil.copytree(whole / "config", machine.config)
    return machine


def verdict(machine: Machine) -> Verification:
    return machine.repository().verify()


def columns(table: str) -> list[str]:
    return {"sqlite_sequence": ["name", "seq"]}.get(table) or _columns_of(table)


def _columns_of(table: str) -> list[str]:
    from zenml.projections import views
    from zenml.stores import schema

    with closing(sqlite3.connect(":memory:")) as database:
        for statement in (schema.EVENTS, *schema.LEDGERS, *views.statements()):
            database.execute(statement)
        return [row[1] for row in database.execute(f"PRAGMA table_info({table})")]


CELLS = [(table, column) for table in TABLES for column in columns(table)]


def others(value: object) -> Iterator[object]:
    """Yields values that differ from one as little as may be."""
    match value:
        case None:
            yield from ("x", 1)
        case int():
            yield from (value + 1, value - 1, -value - 7)
        case str():
            middle = len(value) // 2
            yield value[:middle] + ("0" if value[middle : middle + 1] != "0" else "1") + value[middle + 1 :]
            yield value + "0"
        case bytes():
            middle = len(value) // 2
            yield value[:middle] + bytes([value[middle] ^ 1]) + value[middle + 1 :] if value else b"x"


def flip(file: Path, table: str, column: str, random: Random) -> bool:
    """Alters one cell; tells whether there was one that could be."""
    with closing(sqlite3.connect(file)) as database:
        key = "rowid" if "WITHOUT ROWID" not in _sql(database, table) else ", ".join(columns(table))
        rows = database.execute(f"SELECT {column}, {key} FROM {table}").fetchall()
        if not rows:
            return False
        value, *at = random.choice(rows)
        names = [name.strip() for name in key.split(",")]
        where = " AND ".join(f"{name} IS ?" for name in names)
        for other in others(value):
            try:
                with database:
                    done = database.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (other, *at))
                    assert done.rowcount == 1
            except sqlite3.Error:
                continue  # a rule of the table forbids it
            return True
    return False


def _sql(database: sqlite3.Connection, table: str) -> str:
    return str(database.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0])


@pytest.mark.parametrize(("table", "column"), CELLS)
def test_an_altered_cell_is_found(altered: Machine, table: str, column: str) -> None:
    random, kept = Random(f"{table}.{column}"), altered.file.read_bytes()
    for _ in range(FLIPS):
        for ending in ("-wal", "-shm"):
            Path(f"{altered.file}{ending}").unlink(missing_ok=True)
        altered.file.write_bytes(kept)
        assert flip(altered.file, table, column, random)
        found = verdict(altered)
        if (table, column) == ("views", "version"):  # views of another version are rebuilt by whoever comes next
            assert found.verdicts["replay"].ok is None
        else:
            assert not found.ok
        assert all(problem.message for it in found.verdicts.values() for problem in it.problems)
        with suppress(LedgerError):  # and nothing else is raised
            altered.repository().list_stacks()


# a ledger without a row in `ledgers` has format 1 and its keys here, which is the same
@pytest.mark.parametrize("table", [name for name in TABLES if name != "ledgers"])
def test_a_row_less_is_found(altered: Machine, table: str) -> None:
    first = columns(table)[0]
    with closing(sqlite3.connect(altered.file)) as database, database:
        database.execute(f"DELETE FROM {table} WHERE {first} IN (SELECT {first} FROM {table} LIMIT 1)")
    assert not verdict(altered).ok


@pytest.mark.parametrize("foreign", FOREIGN)
def test_what_the_program_did_not_make_is_found(altered: Machine, foreign: str) -> None:
    before = altered.events()
    with closing(sqlite3.connect(altered.file)) as database, database:
        database.executescript(FOREIGN[foreign])
    if "CREATE VIEW keys" in FOREIGN[foreign]:
        with pytest.raises(DamagedLedgerError, match="has lost its table keys"):
            verdict(altered)
    else:
        assert not verdict(altered).ok
    if foreign in MADE_AGAIN:
        altered.repository().create_profile("new")
        assert verdict(altered).ok
    else:
        with pytest.raises(DamagedLedgerError, match=r"was altered|has lost its table"):
            altered.repository().create_profile("new")
        assert altered.events() == before


@pytest.mark.parametrize("harmless", HARMLESS)
def test_what_changes_nothing_is_named_and_left(altered: Machine, harmless: str) -> None:
    with closing(sqlite3.connect(altered.file)) as database, database:
        database.executescript(HARMLESS[harmless])
    found = verdict(altered)
    assert found.ok
    assert "not made by zenml" in found.verdicts["schema"].text
    altered.repository().create_profile("new")
