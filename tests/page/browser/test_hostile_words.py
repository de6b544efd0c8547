"""Names, values and reasons that are meant for browsers are words on a page."""

from __future__ import annotations

import pytest

from tests.page.browser.shown import SHOWN
from tests.page.browser.stories import IMAGE, NAMES, REASONS
from tests.page.browser.visits import Visit

ELEMENTS = "all => all.map(it => [it.localName, ...it.getAttributeNames()])"
WAYS = "all => all.map(it => [it.pathname, it.textContent])"
UNSEEN = "\u202e\x1b"

HOSTILE = [name for name, shown in SHOWN.items() if shown.story == "mischief"]


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: name.replace(" ", "-"))
def test_nothing_in_a_page_is_made_of_words(mischief: Visit, name: str) -> None:
    with mischief.window() as window:
        window.open(SHOWN[name].path.format(**mischief.story.changes))
        elements = window.page.locator("*").evaluate_all(ELEMENTS)
        assert not [
            attribute for _, *attributes in elements for attribute in attributes if attribute.startswith("on")
        ]
        assert not {"img", "svg", "iframe", "style", "base", "object"} & {tag for tag, *_ in elements}
        assert [tag for tag, *_ in elements].count("script") == 1
        links = window.page.locator("a").evaluate_all("all => all.map(it => it.href)")
        assert all(link.startswith(f"{mischief.origin}/") for link in links)
        assert window.page.locator("script").get_attribute("src") == "/page-files/page.js"


def test_words_are_shown_as_they_are_and_what_is_not_seen_in_them_is(mischief: Visit) -> None:
    with mischief.window() as window:
        window.open("/")
        text = window.text()
        for name in NAMES:
            assert f"egister artifact store '{name}'" in text
        for reason in REASONS:
            assert ascii(reason)[1:-1] in text if set(UNSEEN) & set(reason) else reason in text
        assert IMAGE in window.page.locator(".facts").first.inner_text()
        assert not set(UNSEEN) & set(text)


def test_links_to_what_has_a_hostile_name_lead_there(mischief: Visit) -> None:
    with mischief.window() as window:
        window.open("/")
        ways = window.page.locator(".timeline h2 a").evaluate_all(
            "all => all.map(it => [it.pathname, it.textContent])"
        )
        assert len(ways) > len(NAMES)
        for path, title in ways:
            window.open(path)
            assert window.page.locator("h1").text_content() == title
