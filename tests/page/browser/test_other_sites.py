"""Links from other sites lead to a page; forms, frames and scripts of theirs do not get at it."""

from __future__ import annotations

import pytest

from tests.page.browser.elsewhere import elsewhere
from tests.page.browser.visits import Visit
from tests.support.letters import every

HOSTS = ["localhost", "127.0.0.1"]
"""For a browser the first is another site, the second the same one: cookies do not know ports."""


@pytest.mark.parametrize("host", HOSTS)
def test_a_link_from_elsewhere_leads_to_a_change(work: Visit, host: str) -> None:
    link = f"{work.origin}/changes/{work.story.changes['moved']}"
    with elsewhere(f"<a href={link}>see what happened</a>") as port, work.window() as window:
        window.page.goto(f"http://{host}:{port}/")
        window.page.click("a")
        assert window.page.url == link
        assert "the bucket is full" in window.text()


@pytest.mark.parametrize("host", HOSTS)
def test_a_form_from_elsewhere_changes_nothing(changing: Visit, host: str) -> None:
    before = every(changing.story.home)
    action = f"{changing.origin}/changes/{changing.story.changes['renamed']}/undo"
    form = (
        f"<form method=post action={action}><input name=reason value=because><button>Win a prize</button></form>"
    )
    with elsewhere(form) as port, changing.window() as window:
        window.page.goto(f"http://{host}:{port}/")
        with window.page.expect_response(action) as answered:
            window.page.click("button")
        assert answered.value.status == (
            401 if host == "localhost" else 403
        )  # the cookie stays, or its proof is missing
    assert every(changing.story.home) == before


@pytest.mark.parametrize("host", HOSTS)
def test_nothing_of_a_page_is_read_or_framed_elsewhere(work: Visit, host: str) -> None:
    html = f"<iframe src={work.origin}/></iframe><img src={work.origin}/page-files/icon.svg>"
    with elsewhere(html) as port, work.window() as window:
        window.page.goto(f"http://{host}:{port}/")
        (frame,) = window.page.frames[1:]
        assert "What happened" not in frame.content()
        read = f"fetch('{work.origin}/', {{credentials: 'include'}}).then(it => it.text(), () => 'refused')"
        assert window.page.evaluate(read) == "refused"
        assert window.page.evaluate("document.querySelector('img').naturalWidth") == 0


def test_who_was_not_let_in_sees_nothing(work: Visit) -> None:
    with work.window(known=False) as window:
        response = window.open(f"/changes/{work.story.changes['moved']}")
        assert response.status == 401
        assert "data" not in window.text()


def test_an_address_that_let_somebody_in_lets_in_nobody_else(work: Visit) -> None:
    with work.window(known=False) as window:
        assert window.open("/?token=guessed").status == 401
