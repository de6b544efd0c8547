"""Commands so plain that their words need no parser. Anything else goes to the parser, with the same result."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_NOUNS = ("profile", "stack")
_VERBS = ("list", "get", "describe")


def answer(words: Sequence[str]) -> bool:
    """Answers a command without options, if it is one of the plain ones; tells whether it was.

    These are ``profile|stack|<component> list|get``, ``… describe [NAME]`` and ``undo``.
    """
    if "_ZENML_COMPLETE" in os.environ:
        return False
    if list(words) == ["undo"]:
        from zenml.cli.undoing import take_back

        take_back()
        return True
    if not 2 <= len(words) <= 3 or words[1] not in _VERBS or any(word.startswith("-") for word in words):
        return False
    noun, verb, *names = words
    if (names and verb != "describe") or names == [""]:
        return False
    from zenml.domain.component_types import COMPONENT_TYPES, command

    types = {command(component_type): component_type for component_type in COMPONENT_TYPES}
    if noun not in types and noun not in _NOUNS:
        return False
    from zenml.cli import reads

    if noun in types:
        asked: Callable[..., None] = getattr(reads, f"component_{verb}")
        asked(types[noun], *names)
    else:
        getattr(reads, f"{noun}_{verb}")(*names)
    return True
