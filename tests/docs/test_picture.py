"""The picture shows what the program says."""

from __future__ import annotations

import re

from tests.docs.picture import FILE, drawn, taken, words


def test_the_picture_in_the_readme_is_what_the_program_shows() -> None:
    page = FILE.read_text()
    assert words(page) == words(drawn(taken()))
    assert words(page)["ann"] == 2
    assert re.findall(r"url\((?!#)|https?://(?!www\.w3\.org|www\.textualize\.io)", page) == []
    assert len(set(re.findall(r"fill: (#[0-9a-f]{6})", page))) > 3  # in colours
