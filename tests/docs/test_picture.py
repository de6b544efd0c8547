"""The picture shows what the program says."""

from __future__ import annotations

import re
from collections import Counter

from tests.docs.picture import FILE, drawn, read, taken

VARYING = re.compile(r"\b(?:an?|\d+) (?:moment|seconds?|minutes?)\b|\b[k-z]{4}\b|[━─│┃┏┓┗┛┠┨┯┷┼]")


def words(svg: str) -> Counter[str]:
    """Returns the words in a picture; how wide a column is, and so where a line breaks, varies with the ages."""
    return Counter(word for line in read(svg) for word in VARYING.sub(" ", line).split())


def test_the_picture_in_the_readme_is_what_the_program_shows() -> None:
    page = FILE.read_text()
    assert words(page) == words(drawn(taken()))
    assert words(page)["ann"] == 8
    assert re.findall(r"url\((?!#)|https?://(?!www\.w3\.org|www\.textualize\.io)", page) == []
    assert len(set(re.findall(r"fill: (#[0-9a-f]{6})", page))) > 3  # in colours
