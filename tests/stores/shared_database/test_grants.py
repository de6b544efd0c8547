"""What a member of a team is granted is enough, and who lacks a grant is told so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from tests.runs.recording import MadeUpProfile, note
from tests.runs.redacted import SECRET, said, secret_note
from tests.stores.shared_database.made import Team, append, key, record
from tests.support import plain_sql
from zenml.domain.errors import NotAllowedError, UnreachableError
from zenml.stores.runs.stored import end_in
from zenml.stores.shared_database.tables import COLUMNS

MEMBER = """
GRANT SELECT, INSERT ON zenml_events TO {user};
GRANT SELECT, INSERT ON zenml_changes TO {user};
GRANT SELECT, INSERT ON zenml_keys TO {user};
GRANT SELECT, INSERT, UPDATE ON zenml_ledgers TO {user};
GRANT SELECT ON zenml_meta TO {user}
"""
READER = "; ".join(f"GRANT SELECT ON {table} TO {{user}}" for table in COLUMNS)
PASSWORD = "ge%40heim"


@contextmanager
def user(team: Team, grants: str) -> Iterator[str]:
    """Makes a user of the server who has these grants in the database, and gives the URL to connect with."""
    name = f"zenml_{uuid4().hex[:20]}"
    if team.place.kind == "postgresql":
        made, gone, full = (
            f"CREATE ROLE {name} LOGIN PASSWORD 'ge@heim'",
            f"DROP OWNED BY {name}; DROP ROLE {name}",
            name,
        )
    else:
        full = f"{name}@'%'"
        made, gone = f"CREATE USER {full} IDENTIFIED BY 'ge@heim'", f"DROP USER {full}"
    team.administer(made, *(line for line in grants.format(user=full).split(";") if line.strip()))
    try:
        yield team.url.replace("postgres@", f"{name}:{PASSWORD}@").replace("root@", f"{name}:{PASSWORD}@")
    finally:
        team.kill_sessions()
        team.administer(*gone.split("; "))


def test_a_member_needs_no_more_than_the_grants_that_are_documented(team_on_server: Team) -> None:
    team = team_on_server
    with user(team, MEMBER) as url:
        one = team.member(url)
        one.prepare()
        assert one.head_of_slot() == one.claim("profile", str(uuid4()), 1)
        secret = key()
        with one.locked(team.ledger_id) as locked:
            change_id = append(locked, b"{}", b"[]", keys=(secret,))
            locked.set_format(2)
            locked.set_key_check(b"c" * 32)
            locked.set_moved_to("x")
            locked.commit()
        assert one.position_of(team.ledger_id, change_id) == 1
        assert (len(one.events(team.ledger_id, 0)), one.keys(team.ledger_id)) == (2, [secret])
        assert team.member(f"{url}#other").claim("profile", str(uuid4()), 1).slot == "other"
        with pytest.raises(UnreachableError) as refused, one.locked(team.ledger_id) as locked:
            locked.rewrap([secret])
        assert refused.value.code == "database_grant"
        one.close()


def test_a_member_alters_and_removes_nothing_that_was_recorded(team_on_server: Team) -> None:
    team = team_on_server
    record(team.member(), team.ledger_id)
    with user(team, MEMBER) as url, closing(plain_sql.connect(url)) as connection:
        for table, column in (
            ("zenml_events", "topic"),
            ("zenml_changes", "change_id"),
            ("zenml_keys", "wrapping"),
        ):
            for statement in (f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"):
                with closing(connection.cursor()) as cursor, pytest.raises(Exception, match="denied"):
                    cursor.execute(statement)
    assert len(team.member().events(team.ledger_id, 0)) == 1


def test_a_reader_reads_and_is_told_that_no_more_is_granted(team_on_server: Team) -> None:
    team = team_on_server
    record(team.member(), team.ledger_id)
    with user(team, READER) as url:
        one = team.member(url)
        one.prepare()
        assert len(one.events(team.ledger_id, 0)) == 1
        with pytest.raises(UnreachableError, match="denied") as refused, one.locked(team.ledger_id) as locked:
            append(locked)  # MariaDB lets who may only read have the lock
        assert refused.value.code == "database_grant"
        with pytest.raises(UnreachableError) as refused:
            team.member(f"{url}#other").claim("profile", str(uuid4()), 1)
        assert refused.value.code == "database_grant"
        assert "heim" not in str(refused.value)
        one.close()


def test_who_may_make_no_tables_is_told_so(server_url: str) -> None:
    with Team(server_url) as team:
        grants = "" if team.place.kind == "postgresql" else f"GRANT SELECT ON {team.place.database}.* TO {{user}}"
        with user(team, grants) as url:
            one = team.member(url)
            assert one.head_of_slot() is None
            with pytest.raises(UnreachableError, match="denied") as refused:
                one.prepare()
            assert refused.value.code == "database_grant"
            one.close()


def test_a_member_records_runs_with_no_more_than_that(team_on_server: Team, tmp_path: Path) -> None:
    profile = MadeUpProfile(tmp_path, team_on_server.url)
    with user(team_on_server, MEMBER) as url:
        profile.machine("member", url).append([note(profile.run_id, "by the member")])
    assert profile.recorded() == ["by the member"]
    with user(team_on_server, READER) as url:
        reader = profile.machine("reader", url)
        reader.catch_up()
        with pytest.raises(UnreachableError):
            reader.append([note(profile.run_id, "by the reader")])
    assert profile.recorded() == ["by the member"]


def test_who_may_not_remove_what_is_recorded_redacts_no_run(team_on_server: Team, tmp_path: Path) -> None:
    profile = MadeUpProfile(tmp_path, team_on_server.url)
    profile.machine("one").append([secret_note(profile.run_id, SECRET)])
    with user(team_on_server, MEMBER) as url:
        member = profile.machine("member", url)
        with pytest.raises(NotAllowedError) as refused:
            member.redact([(2, "/note/uri")], said)
        assert refused.value.code == "not_a_redactor"
        assert SECRET.encode() in profile.state_at(2)
        assert (profile.size(), end_in(member.path).size) == (2, 2)
        member.append([note(profile.run_id, "by the member")])
    with user(team_on_server, f"{MEMBER}; GRANT UPDATE ON zenml_events TO {{user}}") as url:
        profile.machine("redactor", url).redact([(2, "/note/uri")], said)
    assert SECRET.encode() not in profile.state_at(2)
    assert profile.size() == 4


def test_who_may_not_delete_events_closes_runs_and_deletes_none(team_on_server: Team, tmp_path: Path) -> None:
    profile = MadeUpProfile(tmp_path, team_on_server.url)
    with user(team_on_server, MEMBER) as url:
        member = profile.machine("member", url)
        assert member.close_year(lambda database, head: None, lambda head: head.size) == 1
        with pytest.raises(NotAllowedError) as refused:
            member.delete(1)
        assert refused.value.code == "not_a_redactor"
        assert Path(member.path).exists()
        assert profile.state_at(1)
    with user(team_on_server, f"{MEMBER}; GRANT DELETE ON zenml_events TO {{user}}") as url:
        profile.machine("redactor", url).delete(1)
    count = "SELECT count(*) FROM zenml_events WHERE topic = 'zenml:RunStarted'"
    assert plain_sql.rows(team_on_server.url, count) == [(0,)]
