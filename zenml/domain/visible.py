"""Text from others as people may be shown it: nothing in it is hidden, and nothing moves or reorders the rest.

What is not seen becomes an escape, as Python writes it: control characters, line ends and tabs, formatting
characters, blanks that are not the usual one, selectors of variants, fillers, tags, private and unassigned
characters, and bytes that are not UTF-8. Where writing needs such a character, it stays as it is:

- a joiner behind or before a virama, and a non-joiner behind one, as in Indic scripts; a non-joiner between Arabic
  letters, as in Persian (RFC 5892, appendix A, and for the joiner before a virama The Unicode Standard, 12.2);
- what makes one emoji of several characters: a joiner between symbols, one selector of its presentation behind a
  symbol, and the tags of the three flags that have some (Unicode UTS #51).

Programs are given texts as they are; this is not for them.
"""

from __future__ import annotations

_ZWNJ, _ZWJ = "\u200c", "\u200d"
_PRESENTATION = "\ufe0e\ufe0f"  # as text, as an emoji
_KEYS, _KEYCAP = "#*0123456789", "\u20e3"
_BASES = "\u203c\u2049\u2139\u3030"  # emojis that are no symbols by their category
_FLAG = "\U0001f3f4"
_FLAGS = {"".join(chr(0xE0000 + ord(letter)) for letter in f"{code}\x7f") for code in ("gbeng", "gbsct", "gbwls")}
_IDEOGRAPHIC_BLANK = "\u3000"  # as wide as the letters around it
_PRINTED_AS_NOTHING = frozenset(
    {
        *map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))),  # selectors of variants
        *"\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0",  # joiners, fillers, blanks
    }
)
"""Default ignorable characters, and a blank, that Python calls printable."""


def visible(text: str) -> str:
    """Returns a text as one line in which everything is seen."""
    if all_seen(text):
        return text
    return "".join(char if is_seen(text, index) else escaped(char) for index, char in enumerate(text))


def visible_lines(text: str) -> str:
    """Returns a text in which everything is seen; its lines stay lines."""
    return "\n".join(map(visible, text.split("\n")))


def all_seen(text: str) -> bool:
    """Tells quickly of most texts that nothing in them needs an escape; False says nothing."""
    return text.isprintable() and _PRINTED_AS_NOTHING.isdisjoint(text)


def escaped(character: str) -> str:
    """Returns what stands for a character that is not seen."""
    # Python keeps a byte that is not UTF-8 as half of a surrogate pair (PEP 383)
    byte = ord(character) - 0xDC00
    return f"\\x{byte:02x}" if 0x80 <= byte <= 0xFF else ascii(character)[1:-1]


def is_seen(text: str, index: int) -> bool:
    """Tells whether a character of a text is seen, or is needed for how its neighbours are."""
    character = text[index]
    if character.isprintable() and character not in _PRINTED_AS_NOTHING:
        return True
    if character == _IDEOGRAPHIC_BLANK:
        return True
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    if character == _ZWNJ:
        return _is_virama(before) or (_is_arabic(text, index, -1) and _is_arabic(text, index, 1))
    if character == _ZWJ:
        joined = (_is_symbol(before) or before in (*_PRESENTATION, "\U000e007f")) and _is_symbol(after)
        return joined or _is_virama(before) or _is_virama(after)
    if character in _PRESENTATION:
        return _is_symbol(before) or before in (*_BASES,) or (before in (*_KEYS,) and after == _KEYCAP)
    start = text.rfind(_FLAG, max(0, index - 6), index)
    return start >= 0 and text[start + 1 : start + 7] in _FLAGS


def _is_symbol(character: str) -> bool:
    from unicodedata import category  # here: few texts need it

    return bool(character) and category(character) in {"So", "Sm", "Sk"}


def _is_virama(character: str) -> bool:
    from unicodedata import combining

    return bool(character) and combining(character) == 9


def _is_arabic(text: str, index: int, step: int) -> bool:
    """Tells whether the nearest letter, behind its marks, is of Arabic, or of a script that joins as it does."""
    from unicodedata import bidirectional

    index += step
    while 0 <= index < len(text) and bidirectional(text[index]) == "NSM":
        index += step
    return 0 <= index < len(text) and bidirectional(text[index]) == "AL"
