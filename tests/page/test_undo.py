"""An undo on the page: what was looked at is what is done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.page.pages import ServedPage, letters, recorded
from tests.support.people import being
from tests.support.program import Home
from zenml.page import drawing
from zenml.page.local_source import LocalSource
from zenml.repository import Repository

SECRET = "correct-horse-battery"


def made(page: ServedPage, *words: str) -> str:
    """Makes a change, and returns its letters."""
    page.home.done(*words)
    return letters(page.home, "-n", "1")[0]


def registered(page: ServedPage, name: str = "data") -> str:
    """Registers an artifact store."""
    return made(page, "artifact-store", "register", name, "--flavor", "local", "--path", f"/{name}")


def newest(home: Home) -> dict[str, Any]:
    """Returns the newest change."""
    return recorded(home, "-n", "1")[0]


def names(home: Home, kind: str = "artifact-store") -> list[str]:
    """Returns the names of the components of a kind."""
    return [line.partition("/")[2] for line in home.done(kind, "list", "-o", "name").stdout.split()]


def test_it_is_recorded_with_the_reason_who_and_how(page: ServedPage) -> None:
    change = registered(page)
    before = recorded(page.home)
    preview = page.get(f"/changes/{change}/undo")
    assert "What would be different" in preview.text
    assert "artifact-store/data" in preview.text
    assert recorded(page.home) == before
    answer = page.submit(preview, reason="  too early <3 ")
    assert answer.status == 303
    undo = newest(page.home)
    assert answer.headers["location"] == f"/changes/{undo['letters']}"
    assert undo["kind"] == "undo"
    assert undo["reason"] == "too early <3"
    assert undo["actor"] == before[0]["actor"]
    assert undo["command"] == "zenml ui"
    assert names(page.home) == ["default"]
    shown = page.get(answer.headers["location"])
    assert "too early <3" in shown.text
    assert "<3" not in shown.html


@pytest.mark.parametrize("reason", ["", "   ", "\t\n", "x" * 2_001])
def test_never_without_a_reason(reason: str, page: ServedPage) -> None:
    change = registered(page)
    answer = page.undo(change, reason)
    assert answer.status == 422
    assert "Give a reason" in answer.text
    assert "data" in names(page.home)
    again = page.submit(answer, reason="now there is one")  # the preview is there again
    assert again.status == 303
    assert "data" not in names(page.home)


def test_a_long_reason_is_not_typed_twice(page: ServedPage) -> None:
    answer = page.undo(registered(page), "wörd " * 500)
    assert answer.form["reason"].startswith("wörd wörd")


def test_what_was_changed_meanwhile_is_not_undone_blindly(page: ServedPage) -> None:
    registered(page)
    change = made(page, "artifact-store", "update", "data", "--path", "/two")
    preview = page.get(f"/changes/{change}/undo")
    page.home.done("artifact-store", "rename", "data", "kept")
    answer = page.submit(preview, reason="back")
    assert answer.status == 409
    assert "Something was changed while you were looking" in answer.text
    assert "kept" in answer.text
    assert answer.form["expect"] != preview.form["expect"]
    assert answer.form["reason"] == "back"
    assert newest(page.home)["kind"] == "change"
    assert page.submit(answer).status == 303
    assert Repository().describe_component("artifact_store", "kept").parameters["path"] == "/data"


def test_what_came_into_the_way_meanwhile_is_named(page: ServedPage) -> None:
    change = registered(page)
    preview = page.get(f"/changes/{change}/undo")
    later = made(page, "stack", "register", "prod", "-a", "data", "-o", "default")
    answer = page.submit(preview, reason="back")
    assert answer.status == 409
    assert "Something was changed while you were looking" in answer.text
    assert f"/changes/{later}" in answer.links
    assert answer.form == {}
    assert "data" in names(page.home)


def test_changes_of_other_things_are_in_nobody_s_way(page: ServedPage) -> None:
    change = registered(page)
    preview = page.get(f"/changes/{change}/undo")
    registered(page, "other")
    assert page.submit(preview, reason="back").status == 303
    assert names(page.home) == ["default", "other"]


def test_what_is_in_the_way_can_be_undone_with_it(page: ServedPage) -> None:
    change = registered(page)
    later = made(page, "stack", "register", "prod", "-a", "data", "-o", "default")
    preview = page.get(f"/changes/{change}/undo")
    assert preview.form == {}
    assert "What would have to be undone with it" in preview.text
    assert f"/changes/{later}" in preview.links
    assert "zenml undo" not in preview.text
    all_of_them = f"/changes/{change}/undo?cascade=on"
    assert all_of_them in preview.links
    whole = page.get(all_of_them)
    assert "stack/prod" in whole.text
    assert "artifact-store/data" in whole.text
    assert page.submit(whole, reason="all of it").status == 303
    assert names(page.home) == ["default"]
    assert "prod" not in page.home.done("stack", "list", "-o", "name").stdout


def test_of_many_that_are_in_the_way_the_newest_are_shown(page: ServedPage) -> None:
    change, repository = registered(page), Repository(notify=lambda sentence: None)
    for number in range(52):
        repository.combine_stack(f"s{number}", {"artifact_store": "data", "orchestrator": "default"})
    preview = page.get(f"/changes/{change}/undo")
    assert "register stack 's51'" in preview.text
    assert "register stack 's1'" not in preview.text
    assert "and 2 more" in preview.text


def test_a_preview_of_one_is_no_preview_of_more(page: ServedPage) -> None:
    change = registered(page)
    form = page.get(f"/changes/{change}/undo").form
    made(page, "stack", "register", "prod", "-a", "data", "-o", "default")
    answer = page.post(form.pop("action"), {**form, "reason": "sneaky", "cascade": "on"})
    assert answer.status == 409
    assert "stack/prod" in answer.text
    assert "data" in names(page.home)


@pytest.mark.parametrize("expect", ["", "0" * 64, "é"])
def test_what_was_not_looked_at_is_not_done(expect: str, page: ServedPage) -> None:
    form = page.get(f"/changes/{registered(page)}/undo").form
    assert page.post(form.pop("action"), {**form, "reason": "x", "expect": expect}).status == 409
    assert "data" in names(page.home)


def test_posted_twice_it_is_done_once(page: ServedPage) -> None:
    change = registered(page)
    preview = page.get(f"/changes/{change}/undo")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: page.submit(preview, reason="back"), range(4)))
    assert sorted(answer.status for answer in answers) == [303, 409, 409, 409]
    for answer in answers:
        if answer.status == 409:
            assert "is already undone" in answer.text
            assert answer.form == {}
    assert len(letters(page.home, "--kind", "undo")) == 1
    shown = page.get(f"/changes/{change}")
    assert f"/changes/{change}/undo" not in shown.links


def test_somebody_else_s_is_undone_by_who_asks(page: ServedPage) -> None:
    with being("somebody"):
        Repository().rename_stack("default", "theirs")
    (change, *_) = letters(page.home)
    preview = page.get(f"/changes/{change}/undo")
    assert "by somebody" in preview.text
    assert page.submit(preview, reason="theirs").status == 303
    undo, theirs, first = recorded(page.home)
    assert [theirs["actor"], undo["actor"]] == ["somebody", first["actor"]]
    assert names(page.home, "stack") == ["default"]


def test_what_is_never_undone_says_why(page: ServedPage) -> None:
    first = letters(page.home)[-1]
    answer = page.get(f"/changes/{first}/undo")
    assert answer.status == 200
    assert answer.form == {}
    assert "problem" in answer.html
    assert page.post(f"/changes/{first}/undo", {"proof": "x"}).status == 403


@pytest.mark.parametrize(
    "name", ["zzzz", "..", "%2E%2E", "a..b", "-1", "'; DROP TABLE", "\u202e", "%00", "%F0%28"]
)
def test_there_is_no_undo_of_what_is_not_there(name: str, page: ServedPage) -> None:
    path = f"/changes/{name if '%' in name else quote(name)}/undo"
    assert page.get(path).status in (404, 422)
    proof = page.get(f"/changes/{registered(page)}/undo").form["proof"]
    assert page.post(path, {"proof": proof, "expect": "x", "reason": "y"}).status in (404, 422)


def test_a_range_is_no_change(page: ServedPage) -> None:
    one, other = registered(page, "one"), registered(page, "other")
    assert page.get(f"/changes/{one}..{other}/undo").status == 404


def test_by_its_label_too(page: ServedPage) -> None:
    registered(page)
    page.home.done("label", "wrong one")
    answer = page.undo("wrong%20one", "labelled")
    assert answer.status == 303
    assert names(page.home) == ["default"]


def test_a_secret_is_seen_nowhere(page: ServedPage) -> None:
    login = ("--flavor", "mysql", "--host", "h", "--database", "d", "--username", "u", "--password")
    change = made(page, "metadata-store", "register", "db", *login, SECRET)
    updated = made(page, "metadata-store", "update", "db", "--password", f"{SECRET}-2")
    pages = [page.get(path) for path in ("/", f"/changes/{change}", f"/changes/{updated}")]
    previews = [page.get(f"/changes/{change}/undo?cascade=on"), page.get(f"/changes/{updated}/undo")]
    done = page.submit(previews[1], reason="the old one")
    assert done.status == 303
    pages.append(page.get(done.headers["location"]))
    for shown in (*pages, *previews):
        assert shown.status == 200
        assert SECRET not in shown.html
    assert "another secret; neither is shown" in previews[1].text
    assert Repository().get_stack_component("metadata_store", "db").parameters["password"] == SECRET


MARKUP = "<img src=x onerror=alert(1)>'\"</p><script>x</script>&amp;"


def test_what_others_wrote_is_text(page: ServedPage) -> None:
    hidden = "a\u202eb\u200bc\x1b[31md\x07"
    change = registered(page)
    page.home.done("label", "{{7*7}}")
    answer = page.undo(change, f"{MARKUP} {hidden}")
    assert answer.status == 303, answer.text
    for path in ("/", answer.headers["location"], f"/changes/{change}", f"{answer.headers['location']}/undo"):
        shown = page.get(path)
        assert shown.status == 200
        assert "<img" not in shown.html
        assert shown.html.count("<script") == 1
        assert not {"\u202e", "\u200b", "\x1b", "\x07"} & set(shown.html)
    assert MARKUP in page.get(answer.headers["location"]).text
    assert "{{7*7}}" in page.get(f"/changes/{change}").text


def test_filters_come_back_as_text(page: ServedPage) -> None:
    for name in ("q", "actor"):
        shown = page.get(f"/?{urlencode({name: MARKUP})}")
        assert shown.status == 200
        assert "<img" not in shown.html
        assert shown.html.count("<script") == 1


def test_no_page_and_no_preview_holds_a_lock_while_it_is_drawn(
    page: ServedPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    change, made_meanwhile = registered(page), list[int]()

    def drawn_meanwhile(*given: Any, **values: Any) -> Any:
        made_meanwhile.append(page.home.run("stack", "set", "default", seconds=20).exit)
        registered(page, f"meanwhile-{len(made_meanwhile)}")
        return drawing.drawn(*given, **values)

    monkeypatch.setattr("zenml.page.looks.drawn", drawn_meanwhile)
    for path in ("/", f"/changes/{change}", f"/changes/{change}/undo"):
        assert page.get(path).status == 200
    assert page.undo(change, "").status == 422
    assert made_meanwhile == [0] * 5


def test_what_is_in_the_way_is_named_without_its_details(
    page: ServedPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = registered(page)
    page.home.done("stack", "register", "s", "-a", "data", "-o", "default")
    monkeypatch.setattr(LocalSource, "show", None)
    shown = page.get(f"/changes/{change}/undo")
    assert shown.status == 200
    assert "register stack 's'" in shown.text.partition("What would have to be undone with it")[2]
