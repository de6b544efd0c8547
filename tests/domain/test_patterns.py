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


@st.composite
def _layouts_and_texts(draw: st.DrawFn) -> tuple[str, str]:
    """Draws a layout of decimal digits, and a text that is often of it, or almost."""
    layout = draw(st.text(st.sampled_from("9999+:.-[]^\\$|{}()?* \nTé"), min_size=1, max_size=8))
    fitting = "".join(draw(st.sampled_from("0123456789")) if sign == "9" else sign for sign in layout)
    place = draw(st.integers(0, len(layout)))
    other = draw(st.sampled_from(["", "\n", "٣", "²", "7", ":", "+"]))
    return layout, fitting[:place] + other + fitting[place + draw(st.integers(0, 1)) :]


@given(_layouts_and_texts())
@example(("99+:99", "12+:34"))
@example(("99+:99", "12:34"))
@example(("9", "7\n"))
@example(("9", "٣"))
def test_both_ways_agree_on_any_layout(layout_and_text: tuple[str, str]) -> None:
    layout, text = layout_and_text
    of_layout = TextLayout(layout, "0123456789")
    assert of_layout.fits(text) is (of_layout.matches(text) is not None)


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
