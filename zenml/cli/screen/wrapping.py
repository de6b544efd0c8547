"""Breaks a text into lines where a reader would: at blanks, then in paths and between the parts of names."""

from __future__ import annotations

import re

from zenml.cli.screen.drawing import text_width

_BREAKS = tuple(map(re.compile, (r"(?<=[ \u3000])", r"(?<=/)", r"(?<=[-_.,:;=&?@+|])", r"(?<=.)(?=.)")))
"""Where a text may be continued on the next line, best places first; the last is between any two letters."""

_PIECES = re.compile(r"(?<=[ \u3000/_.,:;=&?@+|-])")


def wrap_text(text: str, width: int) -> list[str]:
    """Returns a text as lines of a width, which must have room for a wide letter.

    What fits on one line is not broken: a word, then a part of a path, then a part of a name.
    """
    lines = [""]

    def append_piece(piece: str, level: int) -> None:
        if text_width((lines[-1] + piece).rstrip()) <= width:
            lines[-1] += piece
        elif text_width(piece.rstrip()) <= width or level == len(_BREAKS):
            lines.append(piece)
        else:
            for part in _BREAKS[level].split(piece):
                append_piece(part, level + 1)

    append_piece(text, 0)
    return [line.rstrip() for line in lines]


def longest_piece(text: str) -> int:
    """Returns the width that a text needs to be broken nowhere but between words and the parts of names."""
    return max(text_width(piece.rstrip()) for piece in _PIECES.split(text))
