"""What the parser's completion is answered with; its own class for that is not public."""

from __future__ import annotations

from collections import namedtuple


class CompletionItem(namedtuple("CompletionItem", "value help type", defaults=(None, "plain"))):
    """Something that could be typed. The shells' scripts look at these attributes and at nothing else.

    Attributes:
        value: The text.
        help: A few words about it; None for nothing.
        type: What shells are to make of it: a text as it is.
    """

    __slots__ = ()
    value: str
    help: str | None
    type: str
