"""The page of a service: whoever has a token signs in, looks, undoes if the token lets them, and signs out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from unittest import mock

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.page.browser import stories
from tests.page.browser.visits import NARROW, WIDE, Scheme, Visit, Window
from tests.service.running import TEXTS, listening
from tests.support.program import Home


@pytest.fixture(scope="module")
def serving(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """The page of a service that serves the profile of people who work."""
    story = stories.work(Home(tmp_path_factory.mktemp("serving").resolve()))
    with (
        mock.patch.dict(os.environ, story.home.variables(), clear=True),
        listening(story.home) as service,
        closing(Visit(chromium, story, f"http://127.0.0.1:{service.port}/")) as there,
    ):
        yield there


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
def test_pages_of_a_service_can_be_used(serving: Visit, width: int, scheme: Scheme) -> None:
    with serving.window(width, scheme) as window:
        assert window.open("/").status == 401
        assert _faults(window, width) == []
        _sign_in(window, "writer")
        for path in ("/", "/changes/{moved}", "/changes/{moved}/undo", "/at/now?stack=prod", "/verify"):
            assert window.open(path.format(**serving.story.changes)).status == 200
            assert _faults(window, width) == []
        assert window.elsewhere == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_permalink_is_where_one_gets_by_signing_in(serving: Visit, scripts: bool) -> None:
    path = f"/changes/{serving.story.changes['moved']}"
    with serving.window(scripts=scripts) as window:
        window.open(path)
        assert "the bucket is full" not in window.text()
        _sign_in(window, "reader")
        assert window.page.url == serving.origin + path
        assert "the bucket is full" in window.text()
        assert "reader, read-only" in window.text()
        window.page.click("text=Sign out")
        assert window.open(path).status == 401


def test_a_wrong_token_is_told_so_and_stays_nowhere(serving: Visit) -> None:
    with serving.window() as window:
        window.open("/")
        window.page.fill("input[name=token]", "zt_guessed")
        window.page.click("main button")
        assert window.page.locator("[role=alert]").inner_text()
        assert "zt_guessed" not in window.page.content() + window.page.url


def test_who_may_write_undoes_under_the_name_of_the_token(chromium: Browser, tmp_path: Path) -> None:
    story = stories.work(Home(tmp_path.resolve()))
    with mock.patch.dict(os.environ, story.home.variables(), clear=True), listening(story.home) as service:
        there = Visit(chromium, story, f"http://127.0.0.1:{service.port}/")
        with closing(there), there.window() as window:
            window.open("/")
            _sign_in(window, "admin")
            window.open(f"/changes/{story.changes['renamed']}/undo")
            window.page.fill("input[name=reason]", "it has another name in the documents")
            window.page.click("text=Undo it")
            assert "by admin" in window.page.locator(".facts").first.inner_text()
            assert "it has another name in the documents" in window.text()


def _sign_in(window: Window, role: str) -> None:
    window.page.fill("input[name=token]", TEXTS[role])
    window.page.click("main button")
    window.page.wait_for_selector("text=Sign out")


def _faults(window: Window, width: int) -> list[str]:
    judged = Axe().run(window.page).response["violations"]
    wide = window.page.evaluate("document.documentElement.scrollWidth")
    return [rule["id"] for rule in judged] + ([f"{wide} pixels"] if wide > width else [])
