"""Whatever is looked at can be used by everyone, fits the window, and keeps to itself: nothing is fetched."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.page.browser.shown import SHOWN, Shown
from tests.page.browser.stories import SECRET
from tests.page.browser.visits import NARROW, WIDE, Scheme, Visit, Window
from tests.support.sizes import FULL

LOOKS: list[tuple[int, Scheme]] = [(WIDE, "light"), (NARROW, "dark"), (NARROW, "light"), (WIDE, "dark")]
"""In the small run each page is looked at in one of them, one page after the other in the next."""

LOOKED_AT = [
    pytest.param(name, *look, id=f"{name.replace(' ', '-')}-{look[0]}-{look[1]}")
    for number, name in enumerate(SHOWN)
    for place, look in enumerate(LOOKS)
    if FULL or place == number % len(LOOKS)
]

SAID = """main => {
    const said = main.cloneNode(true);
    said.querySelectorAll("time, .ago").forEach(it => it.remove());  // a script says times in the reader's zone
    return said.innerHTML;
}"""


@pytest.fixture(params=SHOWN, ids=lambda name: name.replace(" ", "-"))
def shown(request: pytest.FixtureRequest) -> Shown:
    return SHOWN[request.param]


@pytest.fixture
def visited(request: pytest.FixtureRequest, shown: Shown) -> Visit:
    there: Visit = request.getfixturevalue(shown.story)
    return there


@pytest.mark.parametrize(("shown", "width", "scheme"), LOOKED_AT, indirect=["shown"])
def test_a_page_can_be_used_and_keeps_to_itself(visited: Visit, shown: Shown, width: int, scheme: Scheme) -> None:
    with visited.window(width, scheme, known=shown.known) as window:
        _open(window, shown, visited)
        for fold in window.page.locator("details:not([open]) > summary:visible").all():
            fold.click()
        judged = Axe().run(window.page).response["violations"]
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in judged] == []
        assert SECRET not in window.page.content()
        assert window.page.evaluate("document.documentElement.scrollWidth") <= width
        _complains_of_nothing(window, shown)


def test_a_page_says_the_same_without_scripts(visited: Visit, shown: Shown) -> None:
    said = []
    for scripts in (False, True):
        with visited.window(NARROW, scripts=scripts, known=shown.known) as window:
            _open(window, shown, visited)
            said.append(window.page.locator("main").evaluate(SAID))
            _complains_of_nothing(window, shown)
    assert said[0] == said[1]
    assert len(said[0]) > 50


def _open(window: Window, shown: Shown, visited: Visit) -> None:
    response = window.open(shown.path.format(**visited.story.changes))
    assert response.status == shown.status
    if shown.button:
        with window.page.expect_navigation():
            window.page.get_by_role("button", name=shown.button).click()


def _complains_of_nothing(window: Window, shown: Shown) -> None:
    own = f"the server responded with a status of {shown.status}" if shown.status >= 400 else "nothing"
    assert [complaint for complaint in window.complaints if own not in complaint] == []
    assert window.elsewhere == []
