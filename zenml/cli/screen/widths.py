"""How wide texts are on a terminal, in its columns. Imports nothing before a text is not ASCII."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

MARKER = "👉"
"""The cell that marks the active row."""

_JOINED = frozenset("\u200d\ufe0f")
"""What makes one emoji of several characters, or an emoji of a symbol."""

_WIDE_BY_NOW = range(0x2630, 0x2638), range(0x268A, 0x2690), range(0x4DC0, 0x4E00), range(0x1D300, 0x1D377)
"""Trigrams, hexagrams and counting rods, which became wide with Unicode 16; Python knows an earlier one."""

_WITHOUT_WIDTH = range(0x1160, 0x1200), range(0xD7B0, 0xD800), range(0x1F3FB, 0x1F400)
"""Vowels and final consonants of Hangul, which stand in the syllable before them, and the colours of skins."""


def text_width(text: str) -> int:
    """Returns how many columns of a terminal a text takes in which everything is seen."""
    if text.isascii():
        return len(text)
    if text == MARKER:
        return 2
    if _JOINED.isdisjoint(text):
        return sum(map(_width, text))
    from rich.cells import cell_len  # it has a table of what can be an emoji

    return cell_len(text)


def widest(texts: Sequence[str]) -> int:
    """Returns how wide the widest of some texts is."""
    return max(map(len if "".join(texts).isascii() else text_width, texts))


def _width(character: str) -> int:
    from unicodedata import category, east_asian_width

    code = ord(character)
    if category(character).startswith("M") or any(code in some for some in _WITHOUT_WIDTH):
        return 0
    return 2 if east_asian_width(character) in "WF" or any(code in some for some in _WIDE_BY_NOW) else 1
