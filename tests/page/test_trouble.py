"""A ledger that something happened to while the page is open: a sentence each, and the page goes on."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.ledger.tampering import Tampering
from tests.ledger.test_newer_formats import write_by_a_newer_version
from tests.page.pages import ServedPage, letters

PARTS = ("ledger.db", "ledger.db-wal", "ledger.db-shm")


@pytest.fixture
def pages(page: ServedPage) -> list[str]:
    """A page of each kind, of a ledger with a few changes that are all in one file."""
    page.home.done("artifact-store", "register", "data", "--flavor", "local", "--path", "/one")
    (change, *_) = letters(page.home)
    with closing(sqlite3.connect(page.home.config / "ledger.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    paths = ["/", f"/changes/{change}", f"/changes/{change}/undo"]
    assert [page.get(path).status for path in paths] == [200] * 3
    return paths


@pytest.fixture
def kept(page: ServedPage, pages: list[str], tmp_path: Path) -> Iterator[Callable[[], None]]:
    """What brings back the ledger as it was; in the end every page is there again."""
    copy = tmp_path / "kept"
    shutil.copytree(page.home.config, copy)

    def back() -> None:
        for name in PARTS:
            (page.home.config / name).unlink(missing_ok=True)
            if (copy / name).exists():
                shutil.copy(copy / name, page.home.config / name)

    yield back
    back()
    assert [page.get(path).status for path in pages] == [200] * 3


def gone(ledger: Path) -> None:
    for name in PARTS:
        ledger.with_name(name).unlink(missing_ok=True)


def emptied(ledger: Path) -> None:
    gone(ledger)
    ledger.touch()


def overwritten(ledger: Path) -> None:
    gone(ledger)
    ledger.write_bytes(b"this is no ledger" * 4096)


def scratched(ledger: Path) -> None:
    content = bytearray(ledger.read_bytes())
    for page in range(8192, len(content), 4096):
        content[page : page + 200] = b"\xff" * 200
    gone(ledger)
    ledger.write_bytes(content)


@pytest.mark.parametrize(
    ("happened", "said"),
    [(gone, "is gone"), (emptied, "is empty"), (overwritten, "is not a database"), (scratched, "is damaged")],
    ids=lambda it: it.__name__ if callable(it) else "",
)
def test_a_file_that_something_happened_to(
    happened: Callable[[Path], None],
    said: str,
    page: ServedPage,
    pages: list[str],
    kept: Callable[[], None],
) -> None:
    happened(page.home.config / "ledger.db")
    for path in pages:
        answer = page.get(path)
        assert answer.status == 500
        assert "That cannot be shown" in answer.text
        assert said in answer.text
        assert "zenml " not in answer.text.replace("/zenml", "")  # what to type is for terminals
    proof = {"proof": "x", "reason": "x", "expect": "x"}
    assert page.post(pages[2], proof).status == 403
    assert (page.home.config / "ledger.db").exists() == (happened is not gone)  # nothing is made anew


def test_an_older_copy_is_shown_and_said_to_be_one(
    page: ServedPage, pages: list[str], kept: Callable[[], None]
) -> None:
    form = page.get(pages[2]).form
    page.home.done("artifact-store", "update", "data", "--path", "/two")
    kept()
    for path in pages:
        answer = page.get(path)
        assert answer.status == 200
        assert "were seen here" in answer.text
    answer = page.post(form.pop("action"), {**form, "reason": "on top of it"})
    assert answer.status == 500
    assert answer.text.count("were seen here") == 1


def test_the_ledger_of_somebody_else_is_not_what_it_shows(
    page: ServedPage, pages: list[str], tmp_path: Path
) -> None:
    page.home.config.rename(tmp_path / "away")
    page.home.done("stack", "register", "other", "-a", "default", "-o", "default")
    for path in pages:
        answer = page.get(path)
        assert answer.status == 404
        assert "What this page was started for is not here any more; start it again." in answer.text
    shutil.rmtree(page.home.config)
    (tmp_path / "away").rename(page.home.config)
    assert [page.get(path).status for path in pages] == [200] * 3


def test_what_a_newer_version_recorded_is_left_out_and_said_to_be(page: ServedPage) -> None:
    page.home.done("stack", "register", "prod", "-a", "default", "-o", "default")
    change, tampering = letters(page.home)[0], Tampering(page.home.config / "ledger.db")
    write_by_a_newer_version(tampering, tampering.ledger("profile"))
    for path in ("/", f"/changes/{change}"):
        answer = page.get(path)
        assert answer.status == 200
        assert answer.text.count("was changed by a newer version of zenml: it is shown as of change") == 1
        assert "unseen" not in answer.html
    preview = page.get(f"/changes/{change}/undo")
    assert preview.form == {}
    assert "written to by a newer version" in preview.text


def test_what_another_user_may_not_read_is_said(page: ServedPage, pages: list[str]) -> None:
    """Root may read everything: a folder in place of the file is as good as what one may not read."""
    ledger = page.home.config / "ledger.db"
    ledger.rename(ledger.with_name("away"))
    ledger.mkdir()
    for path in pages:
        answer = page.get(path)
        assert answer.status >= 400
        assert "ledger.db" in answer.text
