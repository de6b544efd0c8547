"""The tables are made once, by whoever may; what is not ours is told from them, and nothing is written to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest

from tests.stores.shared_database.made import Team, record
from zenml.domain.errors import DamagedLedgerError, NewerFormatError, UnreachableError
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.places import read_place
from zenml.stores.shared_database.tables import COLUMNS


def content(team: Team) -> Sequence[object]:
    """Returns all there is in the tables, and which tables there are."""
    if team.place.kind == "sqlite":
        return team.administer("SELECT name, sql FROM sqlite_master ORDER BY name")
    schema = "current_schema()" if team.place.kind == "postgresql" else "DATABASE()"
    listed = f"SELECT table_name FROM information_schema.tables WHERE table_schema = {schema} ORDER BY table_name"
    return [
        row for (table,) in team.administer(listed) for row in [table, *team.administer(f"SELECT * FROM {table}")]
    ]


def test_many_make_the_tables_at_the_same_time(url: str) -> None:
    count = 8
    start = Barrier(count)

    def joined(_: int) -> str:
        one = SharedDatabase(read_place(url), patience=10)
        start.wait()
        one.prepare()
        try:
            return one.claim("profile", str(uuid4()), 1).ledger_id
        finally:
            one.close()

    with ThreadPoolExecutor(count) as threads:
        assert len(set(threads.map(joined, range(count)))) == 1


def test_preparing_what_is_prepared_changes_nothing(team: Team) -> None:
    record(team.member(), team.ledger_id)
    before = content(team)
    team.member().prepare()
    assert content(team) == before


@pytest.mark.parametrize("made", range(len(COLUMNS)))
def test_tables_that_were_made_in_part_are_completed(url: str, made: int) -> None:
    with Team(url) as team:
        one = team.member()
        one.prepare()
        one.close()
        team.administer(*(f"DROP TABLE {table}" for table in [*COLUMNS][made:]))
        assert one.head_of_slot() is None
        one.prepare()
        one.claim("profile", team.ledger_id, 1)
        record(one, team.ledger_id)


def test_tables_without_their_last_row_are_completed(url: str) -> None:
    with Team(url) as team:
        one = team.member()
        one.prepare()
        team.administer("DELETE FROM zenml_meta")
        assert one.head_of_slot() is None
        one.prepare()
        one.claim("profile", team.ledger_id, 1)
        record(one, team.ledger_id)


@pytest.mark.parametrize("table", COLUMNS)
def test_a_table_that_was_lost_is_not_made_again(team: Team, table: str) -> None:
    one = team.member()
    record(one, team.ledger_id)
    team.administer(f"DROP TABLE {table}")
    before = content(team)
    with pytest.raises(DamagedLedgerError, match=f"{table} is missing"):
        one.prepare()
    assert content(team) == before


@pytest.mark.parametrize("table", COLUMNS)
def test_a_table_of_another_program_under_our_name_is_left_alone(url: str, table: str) -> None:
    with Team(url) as team:
        team.administer(f"CREATE TABLE {table} (ledger_id varchar(9), other varchar(9))")
        before = content(team)
        with pytest.raises(DamagedLedgerError, match=f"{table} has no column"):
            team.member().prepare()
        assert content(team) == before


@pytest.mark.parametrize("table", COLUMNS)
def test_a_view_in_the_place_of_a_table_is_refused(url: str, table: str) -> None:
    with Team(url) as team:
        columns = ", ".join(f"1 AS {column}" for column in COLUMNS[table])
        team.administer(f"CREATE VIEW {table} AS SELECT {columns}")
        with pytest.raises(DamagedLedgerError, match=rf"{table} is (not a table|an SQL view)"):
            team.member().prepare()


def test_a_column_more_is_of_a_newer_version_that_lets_us_in(team: Team) -> None:
    team.administer("ALTER TABLE zenml_ledgers ADD COLUMN later text")
    one = team.member()
    one.prepare()
    record(one, team.ledger_id)


def test_a_newer_version_may_let_others_only_read(team: Team) -> None:
    one = team.member()
    record(one, team.ledger_id)
    team.administer("UPDATE zenml_meta SET schema_version = 9, min_writer = 2")
    one.prepare()
    assert len(one.events(team.ledger_id, 0)) == 1
    head = one.head(team.ledger_id)
    with pytest.raises(NewerFormatError, match="cannot write to it"), one.locked(team.ledger_id):
        pass
    assert one.head(team.ledger_id) == head


def test_a_newer_version_may_let_nobody_in(team: Team) -> None:
    one = team.member()
    team.administer("UPDATE zenml_meta SET min_reader = 2")
    asked: list[Callable[[], object]] = [one.prepare, one.head_of_slot, lambda: one.head(team.ledger_id)]
    for refused in asked:
        with pytest.raises(NewerFormatError, match="cannot read it"):
            refused()
    with pytest.raises(NewerFormatError), one.locked(team.ledger_id):
        pass


@pytest.mark.parametrize("changed", ["min_reader = 0", "min_writer = -1", "schema_version = 0"])
def test_a_version_that_cannot_be_is_damage(team: Team, changed: str) -> None:
    team.administer(f"UPDATE zenml_meta SET {changed}")
    with pytest.raises(DamagedLedgerError, match="does not say its version"):
        team.member().head(team.ledger_id)


def test_a_file_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with Team(f"sqlite:///{tmp_path}/zenml.db") as team:
        team.administer("CREATE TABLE stack (id TEXT)")
        before = (tmp_path / "zenml.db").read_bytes()
        with pytest.raises(UnreachableError, match="a database of another program") as refused:
            team.member().prepare()
        assert refused.value.code == "not_a_shared_database"
        assert (tmp_path / "zenml.db").read_bytes() == before


@pytest.mark.parametrize("content", [b"no database, but long enough to have a header" * 9, b"x" * 4096])
def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "zenml.db").write_bytes(content)
    with Team(f"sqlite:///{tmp_path}/zenml.db") as team:
        for refused in (team.member().prepare, team.member().head_of_slot):
            with pytest.raises(UnreachableError, match="is not a database") as caught:
                refused()
            assert caught.value.code == "not_a_shared_database"
    assert (tmp_path / "zenml.db").read_bytes() == content


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with Team(f"sqlite:///{tmp_path}") as team, pytest.raises(UnreachableError, match="is not a database"):
        team.member().prepare()


@pytest.mark.parametrize("made", ["TRIGGER later AFTER INSERT ON zenml_events BEGIN SELECT 1; END", "VIEW"])
def test_what_falsifies_a_file_is_seen_whatever_is_asked(tmp_path: Path, made: str) -> None:
    with Team(f"sqlite:///{tmp_path}/zenml.db") as team:
        team.begin()
        if made == "VIEW":
            team.administer("ALTER TABLE zenml_keys RENAME TO k", "CREATE VIEW zenml_keys AS SELECT * FROM k")
        else:
            team.administer(f"CREATE {made}")
        one = team.member()
        with pytest.raises(DamagedLedgerError, match=r"has the trigger later|is an SQL view"):
            one.head(team.ledger_id)
        with pytest.raises(DamagedLedgerError), one.locked(team.ledger_id):
            pass
        with pytest.raises(DamagedLedgerError):
            one.prepare()


def test_the_folder_of_a_file_is_made_with_the_tables_alone(tmp_path: Path) -> None:
    with Team(f"sqlite:///{tmp_path}/a/b/zenml.db") as team:
        one = team.member()
        assert one.head_of_slot() is None
        with pytest.raises(UnreachableError, match="does not exist"):
            one.head(team.ledger_id)
        assert not (tmp_path / "a").exists()
        one.prepare()
        assert (tmp_path / "a/b/zenml.db").exists()
