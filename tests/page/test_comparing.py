"""Two points compared: what is different alone, and the changes between them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from tests.page.pages import ServedPage, names
from zenml.page.routes import comparing
from zenml.repository import Repository


def test_two_points_are_asked_for(looked_at: ServedPage) -> None:
    page = looked_at.get("/compare")
    assert page.status == 200
    assert '<input name="one" value="" list="points"' in page.html
    assert '<input name="other" value="now" list="points">' in page.html
    assert '<option value="good">' in page.html
    assert "What is different" not in page.text


def test_only_what_differs_is_shown(looked_at: ServedPage) -> None:
    page = looked_at.get("/compare?one=good&other=now")
    different = page.text.partition("What is different")[2].partition("The changes between them")[0]
    assert "before: /one+after: /two" in different
    assert "flavor" not in different
    assert "default" not in different
    assert looked_at.get("/compare?one=good").lasting == page.lasting


def test_swapped_ends_are_fine(looked_at: ServedPage) -> None:
    page = looked_at.get("/compare?one=now&other=good")
    assert "before: /two+after: /one" in page.text
    forward = looked_at.get("/compare?one=good&other=now")
    back = next(link for link in forward.links if link.startswith("/compare?one=now"))
    assert "before: /two+after: /one" in looked_at.get(back).text
    assert _between(looked_at, "/compare?one=now&other=good") == _between(looked_at, "/compare?one=good&other=now")


def test_the_changes_between_are_those_after_the_earlier_one(looked_at: ServedPage) -> None:
    newest, label, *_, first = names(looked_at.home)
    assert [name[:4] for name in _between(looked_at, "/compare?one=good")] == [newest, label]
    assert len(_between(looked_at, f"/compare?one={first}")) == len(names(looked_at.home)) - 1
    same = looked_at.get("/compare?one=good&other=good").text
    assert "Nothing that is shown here is different." in same
    assert "There are none." in same


def test_the_newest_changes_between_are_shown_and_a_way_to_the_others(
    page: ServedPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "PAGE", 2)
    here = Repository(notify=lambda sentence: None)
    for name in ("a", "b", "c"):
        here.put_label(name)
    shown = page.get("/compare?one=0")
    (newest, second, third, *_) = here.history()
    assert _between(page, "/compare?one=0") == [newest.letters, second.letters]
    assert "These are the newest 2 of them." in shown.text
    older = page.get(shown.links[-1])
    assert older.links[older.links.index(f"/changes/{third.letters}")]
    assert f"/changes/{second.letters}" not in older.links
    monkeypatch.setattr(comparing, "PAGE", 3)
    assert "These are the newest" not in page.get("/compare?one=0").text


def test_no_file_and_no_other_profile_is_read(page: ServedPage, tmp_path: Path) -> None:
    exported = tmp_path / "profile.yaml"
    exported.write_text(page.home.done("export").stdout)
    page.home.done("profile", "create", "other")
    for target in (str(exported), "other", "profile/other", "profile:other", "file.yaml"):
        shown = page.get(f"/compare?one={quote(target)}")
        assert (shown.status, shown.text.count("is not a change, label or time.")) == (422, 1)


def test_a_label_is_meant_even_if_a_profile_is_called_so(page: ServedPage) -> None:
    page.home.done("label", "other")
    page.home.done("profile", "create", "other")
    assert page.get("/compare?one=other").status == 200


@pytest.mark.parametrize("end", ["one", "other"])
def test_an_end_that_is_none_is_refused(looked_at: ServedPage, end: str) -> None:
    ends = {"one": "good", "other": "now"}
    for text in ("<script>alert(1)</script>", "\u202e", "x" * 1_001, "9999-99-99"):
        given = "&".join(f"{name}={quote(text if name == end else ends[name])}" for name in ends)
        page = looked_at.get(f"/compare?{given}")
        assert page.status == 422
        assert "<script>alert" not in page.html


def _between(page: ServedPage, address: str) -> list[str]:
    """Returns the letters of the changes that a comparison lists."""
    listed = page.get(address).html.partition("The changes between them")[2]
    return [part.partition('"')[0] for part in listed.split('href="/changes/')[1:]]
