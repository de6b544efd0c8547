"""A layout and the expression that is made of it say the same of every text."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zenml.domain.patterns import Pattern, TextLayout
from zenml.domain.values import ID, UTC

WORD = TextLayout("f.f-ff", "0123456789abcdef")
SIGNS = st.sampled_from("0123456789abcdefgFZT.:-\n٣")


@given(st.text(SIGNS, min_size=5, max_size=7) | st.from_regex(r"[0-9a-g].[0-9a-f]-[0-9a-f]{2}", fullmatch=True))
@example("a.9-0f")
@example("a.9-0f\n")
@example("a9.-0f")
@example("")
def test_a_text_of_a_layout_is_told_in_two_ways(text: str) -> None:
    expected = re.fullmatch(r"[0-9a-f]\.[0-9a-f]-[0-9a-f][0-9a-f]", text) is not None
    assert WORD.fits(text) is (WORD.matches(text) is not None) is expected


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        (ID, "01a22c52-3636-7eff-b747-f520541bd854", True),
        (ID, "01A22C52-3636-7eff-b747-f520541bd854", False),
        (ID, "01a22c523636-7eff-b747-f520541bd854-", False),
        (UTC, "2026-11-17T14:00:00.000000Z", True),
        (UTC, "2026-11-17T14:00:00.000000z", False),
        (UTC, "2026-11-17T14:00:00.00000Z", False),
        (UTC, "٢026-11-17T14:00:00.000000Z", False),
        (Pattern(r"\w+"), "abc", True),
        (Pattern(r"\w+"), "äbc", False),
    ],
)
def test_what_fits(pattern: Pattern, text: str, fits: bool) -> None:
    assert pattern.fits(text) is fits
    assert (pattern.matches(text) is not None) is fits
