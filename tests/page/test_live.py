"""What is new, as it comes: the ledger is asked once it was written, and not each second by each page."""

from __future__ import annotations

import re
from contextlib import closing
from http.client import HTTPConnection

import pytest

from tests.page.pages import ServedPage
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
