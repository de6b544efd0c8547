"""What a line does to a transaction is certain: what is committed when an answer is held, or the line was cut."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from threading import Thread

import pytest

from tests.support.network.lines import Line, line_to
from tests.support.network.packets import COMMIT
from tests.support.network.relaying import Cut
from tests.support.network.servers import SERVERS, running
from tests.support.plain_sql import connect, execute, rows


@pytest.fixture(scope="module", params=SERVERS)
def table(request: pytest.FixtureRequest) -> Iterator[tuple[Line, str]]:
    """A line to a server, and the URL of a database there that has a table."""
    with running(request.param) as server, line_to(server.port) as line:
        url = server.create_database("team")
        execute(url, "CREATE TABLE numbers (n int)", "INSERT INTO numbers VALUES (0)")
        yield line, url


def insert(url: str, number: int) -> None:
    """Inserts a number as stores do: in a transaction that locks a row first."""
    with closing(connect(url)) as connection, closing(connection.cursor()) as cursor:
        for statement in (
            "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
            "BEGIN",
            "SELECT n FROM numbers FOR UPDATE",
            f"INSERT INTO numbers VALUES ({number})",
            "COMMIT",
        ):
            cursor.execute(statement)


def numbers(url: str) -> list[int]:
    return [number for (number,) in rows(url, "SELECT n FROM numbers")]


@pytest.mark.parametrize(("number", "after"), [(1, False), (2, True)])
def test_a_commit_is_done_if_the_cut_is_after_it_alone(table: tuple[Line, str], number: int, after: bool) -> None:
    line, url = table
    line.watch(Cut(COMMIT, after))
    with pytest.raises(Exception, match=r"(?i)connection|lost"):
        insert(line.url(url), number)
    assert line.was_cut
    execute(url, "BEGIN", "SELECT n FROM numbers FOR UPDATE")  # waits for the end of the other session
    assert (number in numbers(url)) == after


def test_a_commit_is_done_whose_answer_is_held(table: tuple[Line, str]) -> None:
    line, url = table
    line.watch()
    hold = line.hold(COMMIT)
    thread = Thread(target=insert, args=(line.url(url), 3))
    thread.start()
    hold.wait()
    assert 3 in numbers(url)
    assert thread.is_alive()
    line.let_go(hold)
    thread.join(30)
    assert not thread.is_alive()
