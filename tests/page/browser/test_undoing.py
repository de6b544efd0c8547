"""Undoing on a page, as somebody clicks through it."""

from __future__ import annotations

import json

import pytest

from tests.page.browser.visits import Visit, Window, visit
from tests.support.letters import every
from tests.support.program import Home

BOTH = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


@BOTH
def test_what_was_looked_at_is_done_and_said(changing: Visit, scripts: bool) -> None:
    with changing.window(scripts=scripts) as window:
        _preview(window, "Rename orchestrator 'trial'")
        assert "What would be different" in window.text()
        values = window.page.locator(".thing dd").text_content() or ""
        assert values.split() == ["−before:", "sandbox+after:", "trial"]
        _undo(window, "it has another name in the documents")
        assert window.page.url.startswith(f"{changing.origin}/changes/")
        assert "it has another name in the documents" in window.text()
        made = _newest(changing.story.home)
        assert made["kind"] == "undo"
        assert made["reason"] == "it has another name in the documents"
        assert window.page.url.endswith(made["letters"])


@BOTH
def test_an_undo_without_a_reason_is_not_sent(changing: Visit, scripts: bool) -> None:
    before = every(changing.story.home)
    with changing.window(scripts=scripts) as window:
        window.open(f"/changes/{changing.story.changes['renamed']}/undo")
        where = window.page.url
        window.page.click("text=Undo it")
        assert window.page.url == where
        assert window.page.locator("input[name=reason]:invalid").count() == 1
    assert every(changing.story.home) == before


@BOTH
def test_what_is_in_the_way_is_undone_too_if_one_wants_that(changing: Visit, scripts: bool) -> None:
    with changing.window(scripts=scripts) as window:
        window.open(f"/changes/{changing.story.changes['stack']}/undo")
        assert window.page.locator("text=Undo it").count() == 0
        assert "cannot be undone" in window.page.locator("[role=alert]").inner_text()
        assert window.page.locator(f"main li a[href*='{changing.story.changes['active']}']").count() == 1
        window.page.click("text=What would an undo of all of them do?")
        assert "stack/prod" in window.text()
        _undo(window, "there is no production any more")
    assert "prod" not in changing.story.home.done("stack", "list").stdout


@BOTH
def test_what_became_something_else_meanwhile_is_looked_at_again(changing: Visit, scripts: bool) -> None:
    home = changing.story.home
    with changing.window(scripts=scripts) as window:
        window.open(f"/changes/{changing.story.changes['renamed']}/undo")
        home.done("orchestrator", "rename", "sandbox", "playground")
        before = every(home)
        with window.page.expect_response("**/undo") as answered:
            _undo(window, "a name of its own")
        assert answered.value.status == 409
        assert "while you were looking" in window.text()
        assert every(home) == before


def test_a_form_that_is_sent_twice_does_it_once(changing: Visit) -> None:
    home, preview = changing.story.home, f"/changes/{changing.story.changes['renamed']}/undo"
    with changing.window() as one, changing.window() as other:
        one.open(preview)
        other.open(preview)
        _undo(one, "once")
        once = every(home)
        with other.page.expect_response("**/undo") as answered:
            _undo(other, "twice")
        assert answered.value.status == 409
        one.page.go_back()  # which asks anew, and is not the form that was sent
        assert one.page.locator("main form").count() == 0
    assert every(home) == once


def test_a_page_that_only_shows_has_no_button(changing: Visit) -> None:
    with visit(changing.browser, changing.story) as looking, looking.window() as window:
        window.open(f"/changes/{looking.story.changes['renamed']}/undo")
        assert "What would be different" in window.text()
        assert window.page.locator("main form").count() == 0
        assert "zenml ui --write" in window.text()


def _preview(window: Window, sentence: str) -> None:
    window.open("/")
    window.page.click(f"text={sentence}")
    window.page.click("text=What would an undo do?")


def _undo(window: Window, reason: str) -> None:
    window.page.fill("input[name=reason]", reason)
    window.page.click("text=Undo it")


def _newest(home: Home) -> dict[str, str]:
    listed: list[dict[str, str]] = json.loads(home.done("history", "-n", "1", "-o", "json").stdout)["changes"]
    return listed[0]
