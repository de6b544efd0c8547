"""What a whole text has to look like. Imports nothing until a text is held against an expression."""

from __future__ import annotations

from functools import cached_property
from itertools import groupby

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Pattern:
    """A form of texts: a regular expression, of ASCII digits and letters."""

    def __init__(self, expression: str) -> None:
        self.expression = expression

    @cached_property
    def matches(self) -> Callable[[str], object]:
        """Returns a match for a text of this form, and None for any other, in the least time for many texts."""
        import re

        return re.compile(self.expression, re.ASCII).fullmatch

    def fits(self, text: str) -> bool:
        """Tells whether a text is of this form."""
        return self.matches(text) is not None


class TextLayout(Pattern):
    """A form with a number of digits in some places, and the same signs between them.

    A text or two are held against it without an expression: compiling that takes as long as a thousand of them.

    Args:
        layout: A text of this form; in the place of each digit is the last one.
        digits: All that there are.
    """

    def __init__(self, layout: str, digits: str) -> None:
        groups = ((is_digits, "".join(group)) for is_digits, group in groupby(layout, digits[-1].__eq__))
        super().__init__(
            "".join(f"[{digits}]{{{len(group)}}}" if is_digits else _escaped(group) for is_digits, group in groups)
        )
        self._layout = layout
        self._same = str.maketrans(digits, digits[-1] * len(digits))

    def fits(self, text: str) -> bool:
        """Tells whether a text is of this form."""
        return text.translate(self._same) == self._layout


def _escaped(signs: str) -> str:
    """Returns an expression for these signs, as `re.escape` does: importing that takes long."""
    return "".join(sign if sign.isalnum() else f"\\{sign}" for sign in signs)
