"""How people see and type the id of a change.

A change id is a UUIDv7 (RFC 9562, section 5.7). Its random part is written as letters from k to z, one
per four bits, so that it is never taken for a number, a time or a position.
"""

from __future__ import annotations

SHORTEST = 4
"""Letters shown at least: the chance to meet a prefix again is one in 65,536."""

_DIGITS = frozenset("0123456789abcdefABCDEF")
_PARTS = [8, 4, 4, 4, 12]
"""Digits between the hyphens of a UUID (RFC 9562, section 4)."""

_LETTERS = str.maketrans("0123456789abcdef", "zyxwvutsrqponmlk")


def letters(change_id: str) -> str:
    """Returns the 18 letters of a change id: the 12 bits after the version and the last 60."""
    digits = change_id.replace("-", "")
    return (digits[13:16] + digits[17:]).translate(_LETTERS)


def is_whole_id(text: str) -> bool:
    """Tells whether a text has the form of such an id in full: a UUID, or all of its letters."""
    parts = text.split("-")
    is_uuid = [len(part) for part in parts] == _PARTS and _DIGITS.issuperset("".join(parts))
    return is_uuid or (len(text) == 18 and is_prefix(text))


def is_prefix(text: str) -> bool:
    """Tells whether a text can be the beginning of a change id as people type it."""
    return 0 < len(text) <= 18 and all("k" <= letter <= "z" for letter in text)
