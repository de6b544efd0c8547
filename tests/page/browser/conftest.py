"""A browser, and pages of two profiles: one of people who work, one of somebody who means no good."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.page.browser import stories
from tests.page.browser.visits import Visit, visit
from tests.page.pages import served_page
from tests.support.program import Home

MISSING = "Chromium is not installed"
PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DEMANDED = "CI" in os.environ


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of the system, without a window."""
    if PROGRAM is None:
        if DEMANDED:
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def work(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """A page of people who work, which may undo. Tests only look at it."""
    story = stories.work(Home(tmp_path_factory.mktemp("work").resolve()))
    with visit(chromium, story, "--write") as there:
        yield there


@pytest.fixture(scope="session")
def mischief(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """A page of somebody who means no good, which may undo. Tests only look at it."""
    story = stories.mischief(Home(tmp_path_factory.mktemp("mischief").resolve()))
    with visit(chromium, story, "--write") as there:
        yield there


@pytest.fixture
def changing(chromium: Browser, tmp_path: Path) -> Iterator[Visit]:
    """A page of people who work, which may undo, of which one test disposes; this process serves it."""
    story = stories.work(Home(tmp_path.resolve()))
    with (
        served_page(story.home, may_write=True, let_in=False) as page,
        closing(Visit(chromium, story, f"{page.origin}/?token={page.token}")) as there,
    ):
        yield there
