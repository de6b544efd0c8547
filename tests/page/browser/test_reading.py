"""Reading by keyboard, at any width, in one's own zone; and what is new while one reads."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.page.browser.visits import NARROW, WIDE, ZONE, Visit, Window

FOCUSED = "document.activeElement.textContent"


def test_keys_go_through_the_timeline_and_to_an_undo(work: Visit) -> None:
    with work.window() as window:
        window.open("/")
        titles = window.page.locator(".timeline h2").all_inner_texts()
        for keys, title in (("j", titles[0]), ("jj", titles[2]), ("k", titles[1]), ("kkk", titles[0])):
            for key in keys:
                window.page.keyboard.press(key)
            assert window.page.evaluate(FOCUSED).lower() == title.lower()
        window.page.keyboard.press("u")
        window.page.wait_for_url(f"**/changes/{work.story.changes['renamed']}/undo")


def test_a_key_on_a_change_leads_to_its_undo(work: Visit) -> None:
    with work.window() as window:
        window.open(f"/changes/{work.story.changes['moved']}")
        window.page.keyboard.press("u")
        window.page.wait_for_url(f"**/changes/{work.story.changes['moved']}/undo")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_key_leads_to_the_search_which_takes_all_letters(work: Visit, width: int) -> None:
    with work.window(width) as window:
        window.open("/")
        window.page.keyboard.press("/")
        window.page.keyboard.type("juk/")
        assert window.page.input_value("input[name=q]") == "juk/"
        window.page.keyboard.press("Enter")
        window.page.wait_for_url("**/?q=juk%2F**")
        assert "No change is like that" in window.text()


def test_keys_can_be_turned_off_and_stay_so(work: Visit) -> None:
    with work.window() as window:
        window.open("/")
        button = window.page.get_by_role("button", name="Single-letter keys")
        for state in ("false", "true", "false"):
            button.click()
            assert button.get_attribute("aria-pressed") == state
        window.open("/?q=")
        window.page.keyboard.press("j")
        window.page.keyboard.press("/")
        assert window.page.evaluate("document.activeElement === document.body")
        window.page.get_by_role("button", name="Single-letter keys").click()
        window.page.keyboard.press("/")
        assert window.page.evaluate("document.activeElement.name") == "q"


def test_keys_with_others_are_the_browsers(work: Visit) -> None:
    with work.window() as window:
        window.open("/")
        window.page.keyboard.press("Control+j")
        assert window.page.evaluate("document.activeElement === document.body")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_everything_is_reached_by_the_tab_key_and_seen(work: Visit, scripts: bool) -> None:
    with work.window(scripts=scripts) as window:
        window.open(f"/changes/{work.story.changes['moved']}/undo")
        reached: list[str] = []
        while not reached or reached[-1] != "Back to the change":
            window.page.keyboard.press("Tab")
            reached.append(
                window.page.evaluate("(document.activeElement.name || document.activeElement.textContent).trim()")
            )
            seen = "getComputedStyle(document.activeElement).outlineStyle"
            assert window.page.evaluate(seen) == "solid", reached
            assert len(reached) < 20
        assert reached[0] == "Skip to the content"
        assert {"Timeline", "Compare", "reason", "Undo it"} <= set(reached)
        window.page.keyboard.press("Tab")


def test_the_first_link_skips_to_the_content(work: Visit) -> None:
    with work.window() as window:
        window.open("/")
        window.page.keyboard.press("Tab")
        assert window.page.locator(".skip").evaluate("it => it.getBoundingClientRect().x") > 0
        window.page.keyboard.press("Enter")
        window.page.keyboard.press("Tab")
        assert window.page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_slider_is_followed_by_pointer_and_by_keyboard(work: Visit) -> None:
    with work.window() as window:
        window.open("/at/now?stack=prod")
        slider = window.page.locator("input[type=range]")
        slider.click(position={"x": 1, "y": 8})
        window.page.wait_for_url("**/at/*?stack=prod")
        assert "create profile 'default'" in window.text()
        window.page.locator("input[type=range]").press("ArrowRight")
        window.page.click("text=Show this point")
        window.page.wait_for_url(f"**/at/{work.story.changes['store']}?stack=prod")


def test_a_slider_is_used_without_scripts(work: Visit) -> None:
    with work.window(scripts=False) as window:
        window.open("/at/now")
        window.page.locator("input[type=range]").press("Home")
        window.page.click("text=Show this point")
        assert "create profile 'default'" in window.text()
        window.page.click("text=Later:")
        assert window.page.url.endswith(f"/at/{work.story.changes['store']}")


@pytest.mark.parametrize(("width", "seen"), [(WIDE, True), (NARROW, False)])
def test_filters_are_folded_where_there_is_no_room(work: Visit, width: int, seen: bool) -> None:
    with work.window(width) as window:
        window.open("/")
        assert window.page.locator("input[name=actor]").is_visible() is seen
        if not seen:
            window.page.click("summary")
        window.page.fill("input[name=actor]", "chiara")
        window.page.keyboard.press("Enter")
        window.page.wait_for_url("**actor=chiara**")
        assert window.page.locator(".change").count() == 2
        assert window.page.input_value("input[name=actor]") == "chiara"


def test_values_are_told_apart_without_colours(work: Visit) -> None:
    with work.window() as window:
        window.open(f"/changes/{work.story.changes['moved']}")
        values = window.page.locator(".thing dd").text_content() or ""
        assert values.split() == ["−before:", "s3://acme-data+after:", "s3://acme-archive"]


def test_times_are_those_of_whoever_reads(work: Visit) -> None:
    with work.window() as window:
        window.open("/")
        time = window.page.locator("time").first
        made = datetime.fromisoformat(time.get_attribute("datetime") or "").astimezone(ZoneInfo(ZONE))
        assert f"{made.day} {made:%b} {made.year}, {made:%H:%M}" == time.inner_text()
        assert f"{made.astimezone(ZoneInfo('UTC')):%Y-%m-%d %H:%M}" in (time.get_attribute("title") or "")


def test_what_is_new_is_said_and_nothing_moves(changing: Visit) -> None:
    with changing.window() as window:
        window.open("/")
        news = window.page.locator(".news")
        assert news.get_attribute("role") == "status"  # which is read out when it gets its text
        assert not news.inner_text()
        before = _places(window)
        changing.story.home.done("stack", "set", "default")
        news.locator("text=Something new happened. Show it.").wait_for()
        changing.story.home.done("stack", "set", "prod")
        news.locator("text=2 new changes. Show them.").wait_for()
        assert _places(window) == before
        news.locator("a").click()
        assert window.page.locator(".change").count() == len(before) + 2
        assert window.complaints == []


def test_a_tab_that_nobody_sees_follows_nothing_and_catches_up(changing: Visit) -> None:
    with changing.window() as window:
        asked: list[str] = []
        window.page.on("request", lambda request: asked.append(request.url) if "/live" in request.url else None)
        window.page.add_init_script("""
            window.sources = [];
            window.EventSource = class extends EventSource {
                constructor(address) { super(address); sources.push(this); }
            };
        """)
        window.open("/")
        assert _following(window) == 1
        _hide(window, hidden=True)
        assert _following(window) == 0
        changing.story.home.done("stack", "set", "default")
        _hide(window, hidden=False)
        window.page.locator(".news >> text=Something new happened. Show it.").wait_for()
        assert (_following(window), len(asked)) == (1, 2)


def _following(window: Window) -> int:
    open_ones: int = window.page.evaluate("sources.filter(it => it.readyState !== EventSource.CLOSED).length")
    return open_ones


def _hide(window: Window, *, hidden: bool) -> None:
    window.page.evaluate(f"""
        Object.defineProperty(document, "hidden", {{ value: {str(hidden).lower()}, configurable: true }});
        document.dispatchEvent(new Event("visibilitychange", {{ bubbles: true }}));
    """)


def _places(window: Window) -> list[object]:
    places = "all => all.map(it => [it.textContent, it.getBoundingClientRect().y])"
    found: list[object] = window.page.locator(".change h2").evaluate_all(places)
    return found
