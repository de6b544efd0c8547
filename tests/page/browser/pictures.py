"""The pictures in docs/page.md: ``python -m tests.page.browser.pictures`` takes them anew."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import sync_playwright

from tests.page.browser import stories
from tests.page.browser.conftest import PROGRAM
from tests.page.browser.visits import NARROW, Scheme, visit
from tests.support.program import Home

DOCS = Path(__file__).parents[3] / "docs"
WIDTH = 960


class Picture(NamedTuple):
    """What is taken.

    Attributes:
        path: What is looked at; a name in braces is a change of the story.
        width: Of the window, in pixels.
        scheme: Light or dark.
        height: Of the picture, in pixels; None for all of the page.
    """

    path: str
    width: int = WIDTH
    scheme: Scheme = "light"
    height: int | None = None


PICTURES = {
    "page-timeline": Picture("/", height=780),
    "page-conflict": Picture("/changes/{stack}/undo"),
    "page-undo": Picture("/changes/{stack}/undo?cascade=on"),
    "page-compare": Picture("/compare?one=before-the-move&other=now", scheme="dark"),
    "page-runs": Picture("/runs/compare?one={run_good}&other={run_bad}"),
    "page-stacks-narrow": Picture("/at/{tried}?stack=prod", NARROW, "dark", 900),
}


def take() -> None:
    """Takes all of them, of pages as somebody sees who looks around in a profile of people who work."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM)
        story = stories.work(Home(Path(folder).resolve()))
        with visit(browser, story, "--write") as there:
            for name, picture in PICTURES.items():
                with there.window(picture.width, picture.scheme) as window:
                    window.open(picture.path.format(**story.changes))
                    height = picture.height or window.page.locator("body").evaluate("it => it.offsetHeight + 16")
                    window.page.set_viewport_size({"width": picture.width, "height": height})
                    window.page.screenshot(path=DOCS / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    take()
