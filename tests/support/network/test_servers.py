"""Servers of tests keep what they acknowledged, whatever happens to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.network.servers import SERVERS, Server, running
from tests.support.plain_sql import connect, execute, rows


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with running(request.param) as server:
        yield server


def test_after_a_kill_there_is_what_was_committed_and_nothing_else(server: Server) -> None:
    url = server.create_database("team")
    execute(url, "CREATE TABLE numbers (n int)", "INSERT INTO numbers VALUES (1)")
    with closing(connect(url)) as open_one, closing(open_one.cursor()) as cursor:
        cursor.execute("BEGIN")
        cursor.execute("INSERT INTO numbers VALUES (2)")
        server.kill()
        with pytest.raises(Exception, match=r"(?i)connect|lost|gone|closed"):
            connect(url)
        server.start()
        assert rows(url, "SELECT n FROM numbers") == [(1,)]


def test_a_kill_leaves_no_process(server: Server) -> None:
    url = server.create_database("team")
    with closing(connect(url)):
        before = serving(server)
        assert before
        server.kill()
        assert [pid for pid in before if Path(f"/proc/{pid}/stat").exists() and not is_zombie(pid)] == []
    server.start()


def test_a_stop_waits_for_nobody_and_the_data_stay(server: Server) -> None:
    url = server.create_database("team")
    execute(url, "CREATE TABLE numbers (n int)")
    with closing(connect(url)):
        server.stop()
        server.start()
        assert rows(url, "SELECT n FROM numbers") == []


def test_two_servers_do_not_meet() -> None:
    with running("postgresql") as one, running("postgresql") as other:
        assert one.port != other.port
        execute(one.create_database("team"), "CREATE TABLE numbers (n int)")
        assert rows(other.create_database("team"), "SELECT 1 FROM pg_tables WHERE tablename = 'numbers'") == []


def test_a_server_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SERVERS["mariadb"], "_programs", ("mariadb-install-db", "no-such-program"))
    with pytest.raises(
        AssertionError, match=r"MariaDB is needed for this test, and no-such-program cannot be run"
    ):
        SERVERS["mariadb"]()


def test_a_server_that_does_not_start_says_why() -> None:
    with running("postgresql") as first:
        second = SERVERS["postgresql"]()
        try:
            second.port = first.port
            with pytest.raises(AssertionError, match="Address already in use"):
                second.start()
        finally:
            second.remove()


def serving(server: Server) -> list[int]:
    """Returns the processes of a server."""
    process = server._process
    assert process
    children = [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and f"\nPPid:\t{process.pid}\n" in status(int(entry.name))
    ]
    return [process.pid, *children]


def status(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def is_zombie(pid: int) -> bool:
    return "\nState:\tZ" in status(pid)
