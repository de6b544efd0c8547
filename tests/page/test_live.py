"""What is new, as it comes: the ledger is asked once it was written, and not each second by each page."""

from __future__ import annotations

import re
from contextlib import closing
from http.client import HTTPConnection

import pytest

from tests.page.pages import ServedPage
from tests.page.runs import begun, end, run_letters
from zenml.page.looks import Look
from zenml.page.routes import live


def test_a_page_that_is_open_asks_nothing_while_nothing_is_written(
    page: ServedPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    count = live._count

    def counted(look: Look, after: int) -> int:
        asked.append(after)
        return count(look, after)

    monkeypatch.setattr(live, "_count", counted)
    monkeypatch.setattr(live, "SECONDS", 0.05)
    newest = re.findall(r'data-after="(\w+)"', page.get("/").html)[0]
    with closing(HTTPConnection("127.0.0.1", page.port, timeout=20)) as connection:
        connection.request("GET", f"/live?after={newest}", headers={"Cookie": page.cookie})
        news = connection.getresponse()
        assert [news.readline() for _ in range(4)] == [b": here\n", b"\n", b": still here\n", b"\n"]
        assert len(asked) <= 2  # a second one where the first has closed the file for all
        page.home.done("stack", "register", "one", "-a", "default", "-o", "default")
        while (line := news.readline()) != b"data: 1\n":
            assert line in (b": still here\n", b"\n")
        page.home.done("stack", "register", "two", "-a", "default", "-o", "default")
        while (line := news.readline()) != b"data: 2\n":
            assert line in (b": still here\n", b"\n")


def test_a_page_of_a_run_is_told_once_that_it_has_ended(page: ServedPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "SECONDS", 0.05)
    run = begun(page.home, "sh", "train.sh")
    (asked,) = re.findall(r'data-run="(\w+)"', page.get(f"/runs/{run_letters(run)}").html)
    with closing(HTTPConnection("127.0.0.1", page.port, timeout=20)) as connection:
        connection.request("GET", f"/live?run={asked}", headers={"Cookie": page.cookie})
        news = connection.getresponse()
        assert [news.readline() for _ in range(4)] == [b": here\n", b"\n", b": still here\n", b"\n"]
        end(run)
        while (line := news.readline()) != b"data: 1\n":
            assert line in (b": still here\n", b"\n")
        assert [news.readline() for _ in range(3)] == [b"\n", b": still here\n", b"\n"]
    assert "data-run" not in page.get(f"/runs/{asked}").html


def test_nothing_is_told_of_what_does_not_exist(page: ServedPage) -> None:
    assert [page.get(f"/live?{what}").status for what in ("run=kkkk", "after=kkkk", "after=")] == [404, 404, 404]
