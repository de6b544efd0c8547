"""The timeline without a browser: filters that mean nothing, and searches in a long history."""

from __future__ import annotations

import pytest

from tests.page.pages import ServedPage
from zenml.page.routes import timeline


@pytest.mark.parametrize(
    ("filters", "status", "said"),
    [("since=sometime", 422, "sometime"), ("stack=nowhere", 404, "nowhere"), ("before=nowhere", 404, "nowhere")],
)
def test_filters_that_mean_nothing_can_be_mended(
    looked_at: ServedPage, filters: str, status: int, said: str
) -> None:
    shown = looked_at.get(f"/?q=data&{filters}")
    assert shown.status == status
    assert said in shown.text
    assert 'name="q" value="data"' in shown.html
    assert shown.text.count("register artifact store") == 0


def test_a_search_goes_on_where_it_stopped(looked_at: ServedPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "SEARCHED", 2)
    address, found = "/?q=artifact+store+%27data%27", []
    while address:
        shown = looked_at.get(address)
        found += [sentence for sentence in SENTENCES if sentence in shown.text]
        older = [link for link in shown.links if "before=" in link]
        assert ("2 changes were looked through" in shown.text) == bool(older)
        address = older[0] if older else ""
    assert found == SENTENCES  # each of them once, on a page of its own


SENTENCES = ["set path of artifact store 'data'", "register artifact store 'data'"]
