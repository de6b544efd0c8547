from __future__ import annotations

from tests.page.pages import ServedPage, letters


def test_what_was_looked_at_is_undone(page: ServedPage) -> None:
    page.home.done("artifact-store", "register", "data", "--flavor", "local", "--path", "/one")
    (change, *_) = letters(page.home, "-n", "1")
    preview = page.get(f"/changes/{change}/undo")
    assert "What would be different" in preview.text
    answer = page.submit(preview, reason="too early")
    assert answer.status == 303
    shown = page.get(answer.headers["location"])
    assert "Undo" in shown.text or "undo" in shown.text
    assert "too early" in shown.text
    assert "data" not in page.home.done("artifact-store", "list").stdout


def test_pages_are_looked_at(looked_at: ServedPage) -> None:
    shown = looked_at.get("/")
    assert shown.status == 200
    assert "for training" in shown.text
    assert looked_at.ask("GET", "/").status == 401
