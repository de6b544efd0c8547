"""The stacks at any point: what there was then, what the last change touched, and who set each value."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from tests.page.pages import ServedPage, Shown, names, served_page
from tests.support.program import Home

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' OR 1=1 --",
    "profile.yaml",
    "..",
    "no/such/point",
    "\u202egood",
    "go\x00od",
    "👻",
    "-1",
    "9" * 900,
    "a" * 1_001,
)


def test_the_way_to_the_stacks_is_short(looked_at: ServedPage) -> None:
    answer = looked_at.get("/at")
    assert (answer.status, answer.headers["location"]) == (303, "/at/now")


def test_each_point_shows_what_there_was(looked_at: ServedPage) -> None:
    newest, *_, stack, _, first = names(looked_at.home)
    assert "prod" not in looked_at.get(f"/at/{first}").text
    then, now = looked_at.get(f"/at/{stack}?stack=prod"), looked_at.get("/at/now?stack=prod")
    assert "/one" in then.text
    assert "/two" not in then.text
    assert "/two" in now.text
    assert f"Right after {stack}" in then.text
    assert f"Right after {newest}" in now.text
    assert looked_at.get("/at/good?stack=prod").lasting == then.lasting


def test_the_active_stack_is_the_one_of_then(looked_at: ServedPage) -> None:
    *_, first = names(looked_at.home)
    assert "default active" in looked_at.get(f"/at/{first}").text
    assert "prod active" in looked_at.get("/at/good").text
    assert "prod active" in looked_at.get("/at/now").text


def test_what_the_last_change_touched_is_marked(looked_at: ServedPage) -> None:
    assert _marks(looked_at.get("/at/good")) == ["prod active new"]
    assert _marks(looked_at.get("/at/now")) == ["data changed"]


def test_each_value_has_who_set_it_beside_it(looked_at: ServedPage) -> None:
    newest, *_, stack, store, _ = names(looked_at.home)
    rows = _rows(looked_at.get("/at/now?stack=prod"))
    assert rows["path"][0] == "/two"
    assert rows["path"][1].startswith(f"{newest} by ")
    assert rows["artifact_store"][1].startswith(f"{stack} by ")
    assert _rows(looked_at.get("/at/good?stack=prod"))["path"][1].startswith(f"{store} by ")


def test_one_can_walk_from_change_to_change(looked_at: ServedPage) -> None:
    page, seen = looked_at.get("/at/now?stack=prod"), list[str]()
    while earlier := re.search(r'rel="prev" href="/at/(\w+)\?stack=prod"', page.html):
        seen.append(earlier[1])
        page = looked_at.get(f"/at/{earlier[1]}?stack=prod")
    _, *older = names(looked_at.home)
    assert [name.startswith(change) for name, change in zip(seen, older, strict=True)] == [True] * len(older)
    later = re.search(r'rel="next" href="/at/(\w+)\?stack=prod"', page.html)
    assert later is not None
    assert later[1] == seen[-2]


def test_every_step_of_the_slider_leads_to_a_permalink(looked_at: ServedPage) -> None:
    slider = re.search(r'type="range" name="number" min="(\d+)" max="(\d+)"', looked_at.get("/at/now").html)
    assert slider is not None
    first, last = int(slider[1]), int(slider[2])
    places = [looked_at.get(f"/at?number={number}").headers["location"] for number in range(first, last + 1)]
    assert len(set(places)) == len(places) == len(names(looked_at.home))
    assert {looked_at.get(place).status for place in places} == {200}
    beyond = looked_at.get(f"/at?number={last + 1_000}&stack=prod")
    assert beyond.headers["location"] == f"{places[-1]}?stack=prod"


def test_labels_are_ticks_of_the_slider_and_suggestions(looked_at: ServedPage) -> None:
    tick = re.search(r'<option value="(\d+)" label="good">', looked_at.get("/at/now").html)
    assert tick is not None
    change = looked_at.get(f"/at?number={tick[1]}").headers["location"].removeprefix("/at/")
    assert looked_at.get(f"/at/{change}").lasting == looked_at.get("/at/good").lasting
    assert '<option value="good">' in looked_at.get("/at/now").html


def test_a_point_can_be_typed(looked_at: ServedPage) -> None:
    answer = looked_at.get("/at?point=+2+hours+ago+&stack=my+stack")
    assert (answer.status, answer.headers["location"]) == (303, "/at/2%20hours%20ago?stack=my+stack")
    today = looked_at.get("/at/today")
    assert today.status == 200
    assert re.search(r"On \S+ \S+ \(a moment ago\), that is:", today.text)


def test_a_stack_that_did_not_exist_then_does_not_end_the_walk(looked_at: ServedPage) -> None:
    *_, first = names(looked_at.home)
    page = looked_at.get(f"/at/{first}?stack=prod")
    assert page.status == 404
    assert "There was no stack 'prod' then." in page.text
    assert 'rel="next"' in page.html
    assert "There is no stack 'nope'." in looked_at.get("/at/now?stack=nope").text


@pytest.mark.parametrize("point", HOSTILE)
def test_a_point_that_is_none_is_refused_in_a_sentence(looked_at: ServedPage, point: str) -> None:
    page = looked_at.get(f"/at/{quote(point, safe='')}")
    assert page.status in (404, 422)
    assert "<script>alert" not in page.html
    assert "<img" not in page.html
    assert "\u202e" not in page.html
    assert "zenml " not in page.text.removeprefix("Problem · profile default")  # no hints for the command line


def test_an_unknown_change_is_not_found(looked_at: ServedPage) -> None:
    unknown = next(name for name in ("zzzz", "kkkk", "mmmm") if not _is_known(looked_at, name))
    assert looked_at.get(f"/at/{unknown}").status == 404


def test_secrets_are_stars(page: ServedPage) -> None:
    settings = ("--tracking_uri=http://host", "--tracking_token=sesame")
    page.home.done("experiment-tracker", "register", "runs", "-f", "mlflow", *settings)
    page.home.done("stack", "register", "prod", "-a", "default", "-o", "default", "-e", "runs")
    for address in ("/at/now?stack=prod", "/blame/experiment-tracker/runs", "/compare?one=0"):
        shown = page.get(address)
        assert "sesame" not in shown.html
        assert "***" in shown.text


def test_the_past_is_that_of_the_profile_that_is_shown(page: ServedPage) -> None:
    page.home.done("profile", "create", "other")
    page.home.done("profile", "set", "other")
    page.home.done("orchestrator", "register", "elsewhere", "--flavor", "local")
    page.home.done("stack", "register", "away", "-a", "default", "-o", "elsewhere")
    away = names(page.home)[0]
    page.home.done("profile", "set", "default")
    shown = page.get(f"/at/{away}")
    assert shown.status == 200
    assert "away" not in shown.text
    assert "default active" in shown.text


def test_before_the_profile_began_there_were_no_stacks(used: Home) -> None:
    *_, first = names(used)
    used.done("profile", "create", "other")
    used.done("profile", "set", "other")
    with served_page(used) as page:
        shown = page.get(f"/at/{first}")
    assert shown.status == 200
    assert "There were no stacks then." in shown.text


def _marks(page: Shown) -> list[str]:
    """Returns the cells of a page that are marked."""
    cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", page.html, re.DOTALL)
    return [_text(cell) for cell in cells if 'class="touched"' in cell]


def _rows(page: Shown) -> dict[str, list[str]]:
    """Returns the rows of the table of values, by their field."""
    section = page.html.partition('<section id="values">')[2]
    rows = re.findall(r'<tr>\s*<th scope="row">(.*?)</th>(.*?)</tr>', section, re.DOTALL)
    cells = {field: re.findall(r"<td[^>]*>(.*?)</td>", rest, re.DOTALL) for field, rest in rows}
    return {field: [_text(cell) for cell in found] for field, found in cells.items()}


def _text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", html).split())


def _is_known(page: ServedPage, name: str) -> bool:
    return any(change.startswith(name) for change in names(page.home))
