"""The pictures that are taken are those of the document."""

from __future__ import annotations

import re

from tests.page.browser.pictures import DOCS, PICTURES


def test_every_picture_is_there_and_shown() -> None:
    shown = re.findall(r"!\[[^]]+\]\((page-[\w-]+)\.png\)", (DOCS / "page.md").read_text("utf-8"))
    assert sorted(shown) == sorted(PICTURES)
    assert all((DOCS / f"{name}.png").stat().st_size > 10_000 for name in PICTURES)
