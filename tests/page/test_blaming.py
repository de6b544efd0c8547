"""Every value of a stack or a component, and who set it."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from tests.page.pages import ServedPage, names
from zenml.page.routes import blaming


def test_every_value_has_its_author_and_its_end(looked_at: ServedPage) -> None:
    newest, *_, store, _ = names(looked_at.home)
    newer, older = _values(looked_at, "/blame/artifact-store/data", "path")
    assert newer[0] == "/two"
    assert newer[1].startswith(f"{newest} by ")
    assert newer[2] == "now"
    assert older[0] == "/one"
    assert older[1].startswith(f"{store} by ")
    assert older[2].startswith(f"{newest} by ")


def test_a_type_may_be_written_either_way(looked_at: ServedPage) -> None:
    hyphen, underscore = (looked_at.get(f"/blame/artifact{mark}store/data") for mark in "-_")
    assert (hyphen.status, hyphen.lasting) == (200, underscore.lasting)


def test_a_stack_has_its_components(looked_at: ServedPage) -> None:
    ((name, by, until),) = _values(looked_at, "/blame/stack/prod", "artifact_store")
    assert (name, until) == ("data", "now")
    assert by.startswith(names(looked_at.home)[2])


def test_it_leads_to_all_changes_of_the_thing(looked_at: ServedPage) -> None:
    for address in ("/blame/stack/prod", "/blame/artifact-store/data"):
        page = looked_at.get(address)
        timeline = next(link for link in page.links if link.startswith("/?"))
        assert "set path of artifact store" in looked_at.get(timeline).text


def test_what_an_undo_put_back_keeps_its_author(page: ServedPage) -> None:
    page.home.done("artifact-store", "register", "data", "--flavor", "local", "--path", "/one")
    page.home.done("artifact-store", "update", "data", "--path", "/two")
    page.home.done("undo", "--reason", "too early")
    undo, _, register, *_ = names(page.home)
    back = _values(page, "/blame/artifact-store/data", "path")[0]
    assert back[0] == "/one"
    assert re.match(rf"{register} by .*; put back by {undo} by ", back[1])


def test_what_is_gone_has_had_its_values(page: ServedPage) -> None:
    page.home.done("artifact-store", "register", "data", "--flavor", "local", "--path", "/one")
    page.home.done("artifact-store", "delete", "data")
    ((value, _, until),) = _values(page, "/blame/artifact-store/data", "path")
    assert value == "/one"
    assert until.startswith(names(page.home)[0])


def test_the_newest_values_of_a_field_are_shown(looked_at: ServedPage, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "are shown" not in looked_at.get("/blame/artifact-store/data").text
    monkeypatch.setattr(blaming, "VALUES", 1)
    assert [value[0] for value in _values(looked_at, "/blame/artifact-store/data", "path")] == ["/two"]
    assert "Of a field, the newest 1 values are shown." in looked_at.get("/blame/artifact-store/data").text


@pytest.mark.parametrize(
    "thing",
    ["stack/nope", "artifact-store/nope", "nope/data", "stacks/prod", "..", "stack", "stack/%00", "%2E%2E/x"],
)
def test_what_never_was_is_not_found(looked_at: ServedPage, thing: str) -> None:
    assert looked_at.get(f"/blame/{thing}").status == 404


def test_hostile_names_are_only_shown(page: ServedPage) -> None:
    name, value = "<b onclick=x>&\"'", "</code><script>alert(1)</script>\u202e"
    page.home.done("artifact-store", "register", name, "--flavor", "local", f"--path=/{value}")
    page.home.done("stack", "register", name, "-a", name, "-o", "default")
    for address in (
        f"/blame/artifact-store/{quote(name)}",
        f"/blame/stack/{quote(name)}",
        f"/at/now?stack={quote(name)}",
        "/compare?one=0",
    ):
        shown = page.get(address)
        assert shown.status == 200
        assert "<b onclick" not in shown.html
        assert "<script>alert" not in shown.html
        assert "\u202e" not in shown.html
        assert "<b onclick=x>" in shown.text
    links = page.get(f"/at/now?stack={quote(name)}").links
    assert all(page.get(link.partition("#")[0]).status == 200 for link in links if link.startswith("/blame/"))


def _values(page: ServedPage, address: str, field: str) -> list[list[str]]:
    """Returns the rows of the table of a field: value, who set it, until when."""
    section = page.get(address).html.partition(f"<h2>{field}</h2>")[2].partition("</table>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", section.partition("<tbody>")[2], re.DOTALL)
    return [[_text(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)] for row in rows]


def _text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", html).split())
