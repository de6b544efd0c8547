"""The page of a service whose profile is kept in a database, where other machines change it too."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import pytest

from tests.service.browsing import Browser, signed_in
from tests.service.running import Service, listening
from tests.support import shared
from tests.support.program import Home


class Kept(NamedTuple):
    """A service of a shared profile, and another machine that has it.

    Attributes:
        service: The service.
        other: The other machine.
        folder: Where the database is.
    """

    service: Service
    other: Home
    folder: Path


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    """A service of the profile team."""
    folder = tmp_path / "somewhere"
    folder.mkdir()
    home, other = shared.machine(tmp_path / "one", "one"), shared.machine(tmp_path / "two", "two", "ben")
    profile = shared.begun(home, "team", folder)
    shared.joined(home, other, profile)
    with mock.patch.dict(os.environ, home.variables(), clear=True), listening(home, "team") as service:
        yield Kept(service, other, folder)


@pytest.fixture
def browser(kept: Kept) -> Browser:
    """The browser of somebody who may undo changes."""
    return signed_in(kept.service)


def test_what_others_do_is_seen_at_once_and_can_be_undone(kept: Kept, browser: Browser) -> None:
    assert "train" not in browser.get("/").text
    kept.other.done("stack", "rename", "default", "train", "--reason", "for now")
    timeline = browser.get("/")
    assert timeline.headings[1] == "rename stack 'default' to 'train'"
    assert "by ben" in timeline.text
    address = next(link for link in timeline.links if link.startswith("/changes/"))
    preview = browser.get(f"{address}/undo")
    form = {"proof": preview.field("proof"), "expect": preview.field("expect"), "reason": "by mistake"}
    assert browser.post(f"{address}/undo", form).status == 303
    assert "default" in kept.other.done("stack", "list").stdout
    assert "writer" in kept.other.done("history", "-n", "1").stdout
    kept.other.done("audit", "verify")


def test_a_preview_locks_nobody_out(kept: Kept, browser: Browser) -> None:
    kept.other.done("stack", "rename", "default", "train")
    address = next(link for link in browser.get("/").links if link.startswith("/changes/"))
    for _ in range(3):
        assert browser.get(f"{address}/undo").status == 200
        assert browser.get(f"{address}/undo?cascade=on").status == 200
    kept.other.done("stack", "rename", "train", "prod")
    assert "prod" in browser.get("/").text


def test_what_is_here_is_shown_while_the_database_is_away(kept: Kept, browser: Browser) -> None:
    kept.other.done("stack", "rename", "default", "train")
    kept.other.done("run", "--name", "nightly", "--", "true")
    assert "nightly" in browser.get("/runs").headings
    before = browser.get("/")
    kept.folder.rename(kept.folder.parent / "away")
    shown = browser.get("/")
    assert (shown.status, shown.headings) == (200, before.headings)
    assert "does not answer, so others may have changed it since" in shown.text
    address = next(link for link in shown.links if link.startswith("/changes/"))
    runs = browser.get("/runs")
    assert (runs.status, runs.headings) == (200, ["What ran", "nightly"])
    assert runs.text.count("does not answer, so others may have changed it since") == 1
    for page in (runs, shown, browser.get(address), browser.get(f"{address}/undo")):
        assert page.status in (200, 503)
        assert "somewhere" not in page.source
        assert str(kept.service.home.base) not in page.source
    assert "The ledger cannot be written at the moment, so nothing was changed." in page.text
    (kept.folder.parent / "away").rename(kept.folder)
    assert "does not answer" not in browser.get("/").text
