"""What is typed where the kind of a thing is known: its name, or ``KIND/NAME`` as ``--output name`` prints it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Optional

from zenml.domain.typed_names import name_of

_Text = Optional[str]  # noqa: UP045 - the parser reads it at run time


def _bare(kind: str) -> Callable[[_Text], _Text]:
    def bare(text: _Text) -> _Text:
        return None if text is None else name_of(kind, text)

    return bare


stack, profile, label = map(_bare, ("stack", "profile", "label"))
"""Callbacks of arguments and options: they return the name alone."""
