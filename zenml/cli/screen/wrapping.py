"""Breaks a text into lines where a reader would: at blanks, then in paths and between the parts of names."""

from __future__ import annotations

from zenml.cli.screen.widths import text_width

_ENDS = frozenset(" \u3000"), frozenset("/"), frozenset("-_.,:;=&?@+|")
"""Letters after which a text may be continued on the next line, best places first; else it may be after any."""

_OF_PIECES = frozenset().union(*_ENDS)


def wrap_text(text: str, width: int) -> list[str]:
    """Returns a text as lines of a width, which must have room for a wide letter.

    What fits on one line is not broken: a word, then a part of a path, then a part of a name.
    """
    lines = [""]

    def append_piece(piece: str, level: int) -> None:
        if text_width((lines[-1] + piece).rstrip()) <= width:
            lines[-1] += piece
        elif text_width(piece.rstrip()) <= width or level > len(_ENDS):
            lines.append(piece)
        else:
            for part in _split(piece, _ENDS[level]) if level < len(_ENDS) else piece:
                append_piece(part, level + 1)

    append_piece(text, 0)
    return [line.rstrip() for line in lines]


def longest_piece(text: str) -> int:
    """Returns the width that a text needs to be broken nowhere but between words and the parts of names."""
    return max(text_width(piece.rstrip()) for piece in _split(text, _OF_PIECES))


def _split(text: str, ends: frozenset[str]) -> list[str]:
    """Returns the parts of a text, each with the letter at which it ends."""
    parts, begin = [], 0
    for end, letter in enumerate(text, start=1):
        if letter in ends:
            parts.append(text[begin:end])
            begin = end
    return [*parts, text[begin:]]
