"""Who was let in to a page, and the windows they open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Dialog, Page, Response

from tests.page.browser.opened import opened
from tests.page.browser.stories import Story

WIDE, NARROW = 1280, 420
"""Widths of a window, in pixels."""

HEIGHT = 900
ZONE = "Asia/Tokyo"
"""Where whoever looks is: not where the ledger's times are of."""

BLANK = "about:blank"

Scheme = Literal["light", "dark"]


class Window(NamedTuple):
    """A window of a browser.

    Attributes:
        page: What it shows.
        origin: Scheme, host and port of the page that it is of.
        complaints: What the browser wrote to its console, scripts that failed, and dialogs.
        elsewhere: What was asked of other hosts.
    """

    page: Page
    origin: str
    complaints: list[str]
    elsewhere: list[str]

    def open(self, path: str) -> Response:
        """Goes to an address of the page."""
        response = self.page.goto(self.origin + path)
        assert response is not None
        return response

    def text(self) -> str:
        """Returns what is read."""
        return self.page.inner_text("body")


class Visit:
    """A page, and somebody who looks at it.

    A window that was used is used again, with nothing in it: one takes a second to open, a page a fifth.

    Attributes:
        browser: What they look with.
        story: What happened in the profile.
        origin: Scheme, host and port of the page.

    Args:
        browser: What they look with.
        story: What happened in the profile.
        address: Where the page is; with a token in it, they are let in.
    """

    def __init__(self, browser: Browser, story: Story, address: str) -> None:
        self.browser = browser
        self.story = story
        self.origin = "{0.scheme}://{0.netloc}".format(urlsplit(address))
        self._unused: dict[bool, list[Window]] = {True: [], False: []}
        window = self._opened(scripts=True)
        window.page.goto(address)
        assert window.page.url == f"{self.origin}/"
        self._known = window.page.context.cookies()
        self._unused[True].append(window)

    @contextmanager
    def window(
        self, width: int = WIDE, scheme: Scheme = "light", *, scripts: bool = True, known: bool = True
    ) -> Iterator[Window]:
        """Gives a window.

        Args:
            width: How wide it is, in pixels.
            scheme: Whether it is light or dark.
            scripts: Whether scripts run.
            known: Whether its browser was let in.
        """
        unused = self._unused[scripts]
        window = unused.pop() if unused else self._opened(scripts)
        page = window.page
        page.context.clear_cookies()
        if known:
            page.context.add_cookies(
                [
                    {
                        "name": cookie["name"],
                        "value": cookie["value"],
                        "domain": cookie["domain"],
                        "path": cookie["path"],
                        "expires": cookie["expires"],
                        "httpOnly": cookie["httpOnly"],
                        "secure": cookie["secure"],
                        "sameSite": cookie["sameSite"],
                    }
                    for cookie in self._known
                ]
            )
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=scheme)
        page.goto(BLANK)
        window.complaints.clear()
        window.elsewhere.clear()
        try:
            yield window
        except BaseException:
            page.context.close()
            raise
        page.goto(BLANK)  # nothing goes on in it
        unused.append(window)

    def close(self) -> None:
        """Closes the windows."""
        for window in [*self._unused[True], *self._unused[False]]:
            window.page.context.close()

    def _opened(self, scripts: bool) -> Window:
        context = self.browser.new_context(java_script_enabled=scripts, timezone_id=ZONE, locale="en-GB")
        window = Window(context.new_page(), self.origin, [], [])
        page = window.page
        page.on("console", lambda message: window.complaints.append(message.text))
        page.on("pageerror", lambda error: window.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self._dismiss(window, dialog))
        page.on("request", lambda request: self._note(window, request.url))
        return window

    def _dismiss(self, window: Window, dialog: Dialog) -> None:
        window.complaints.append(dialog.message)
        dialog.dismiss()

    def _note(self, window: Window, url: str) -> None:
        if not url.startswith(f"{self.origin}/") and url != BLANK:
            window.elsewhere.append(url)


@contextmanager
def visit(browser: Browser, story: Story, *words: str) -> Iterator[Visit]:
    """Starts a page of a story's profile, and lets somebody in.

    Args:
        browser: What they look with.
        story: What happened.
        words: More words of the command, such as ``--write``.
    """
    with opened(story.home, *words) as address, closing(Visit(browser, story, address)) as there:
        yield there
