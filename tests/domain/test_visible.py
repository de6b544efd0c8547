"""What people are shown of a text: nothing is hidden in it, and what writing needs stays."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenml.domain.visible import all_seen, visible, visible_lines

ENGLAND = "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in "gbeng\x7f")

NEEDED = {
    "Persian": "می\u200cخواهم",
    "Persian with a mark": "می\u064e\u200cخواهم",
    "Hindi, joined": "क्\u200dष",
    "Hindi, not joined": "क्\u200cष",
    "Sinhala": "ශ්\u200dරී",
    "Bengali, before a virama": "র\u200d্য",
    "a family": "👩\u200d👩\u200d👧",
    "a profession with a skin": "👩🏽\u200d🔬",
    "a symbol as an emoji": "☁\ufe0f",
    "a flag of two": "🏳\ufe0f\u200d🌈",
    "a pirate": "🏴\u200d☠\ufe0f",
    "a key": "5\ufe0f\u20e3",
    "a mark": "‼\ufe0f",
    "England": ENGLAND,
    "Japanese with a blank": "本番\u3000環境",
    "marks": "e\u0301 n\u0303",
}
HIDDEN = {
    "a\u200bb": r"a\u200bb",
    "a\u200cb": r"a\u200cb",
    "a\u200db": r"a\u200db",
    "م\u200cb": r"م\u200cb",
    "☁\ufe0f\ufe0f": "☁\ufe0f" + r"\ufe0f",
    "a\ufe0f": r"a\ufe0f",
    "5\ufe0f": r"5\ufe0f",
    "葛\U000e0100": r"葛\U000e0100",
    "a\ufe00": r"a\ufe00",
    "👩\u200d": r"👩\u200d",
    "a\u00adb": r"a\xadb",
    "a\u00a0b": r"a\xa0b",
    "a\u034fb": r"a\u034fb",
    "a\u3164b": r"a\u3164b",
    "a\u2800b": r"a\u2800b",
    "a\u202eb": r"a\u202eb",
    "a\u2066b": r"a\u2066b",
    "a\u200eb": r"a\u200eb",
    "a\ufff9b": r"a\ufff9b",
    "a\ufeffb": r"a\ufeffb",
    "a\ue000b": r"a\ue000b",
    "a\U000f0000b": r"a\U000f0000b",
    "a\U000e0041b": r"a\U000e0041b",
    "a\U000e0001b": r"a\U000e0001b",
    "🏴" + ENGLAND[1:3]: r"🏴\U000e0067\U000e0062",
    ENGLAND + "\U000e0041": ENGLAND + r"\U000e0041",
    "a\x9b31mb": r"a\x9b31mb",
    "a\x1b[31mb": r"a\x1b[31mb",
    "a\x7fb": r"a\x7fb",
    "a\nb": r"a\nb",
    "a\tb": r"a\tb",
    "a\u2028b": r"a\u2028b",
    "a\udcffb": r"a\xffb",
    f"a{chr(0xD800)}b": r"a\ud800b",
}


@pytest.mark.parametrize("text", NEEDED.values(), ids=NEEDED)
def test_what_writing_needs_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(("text", "shown"), HIDDEN.items(), ids=map(ascii, HIDDEN))
def test_what_is_not_seen_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_lines_stay_lines_where_they_may() -> None:
    assert visible_lines("a\u200b\nb\r\nc") == "a\\u200b\nb\\r\nc"


@given(st.text())
def test_what_is_shown_can_be_shown_again(text: str) -> None:
    shown = visible(text)
    assert shown.isascii() >= text.isascii()
    assert visible(shown) == shown
    assert not all_seen(text) or shown == text


def test_of_all_characters_those_by_themselves_that_print_as_nothing_are_shown() -> None:
    """Default ignorable ones, as far as a version of Python knows their categories."""
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
            assert visible(f"a{character}b") != f"a{character}b", ascii(character)
