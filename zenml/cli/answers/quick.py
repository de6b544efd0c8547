"""Commands so plain that their words need no parser. Anything else goes to the parser, with the same result."""

from __future__ import annotations

import os

from zenml.cli.screen.output import FORMATS, NAME, TABLE, chosen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_NOUNS = ("profile", "stack")
_VERBS = ("list", "get", "describe")
_OPTIONS = {"-o": "output", "--output": "output", "--at": "at"}
_NAMELESS = (["status"], ["config"])
_SINGLE = (["history"], *_NAMELESS)


def answer(words: Sequence[str]) -> bool:
    """Answers a command if it is one of the plain ones; tells whether it was.

    These are ``profile|stack|<component> list|get``, ``… describe [NAME]``, ``history``, ``status`` and
    ``config``, with no options but ``--output`` and ``--at`` after these words, and ``undo`` without any.
    """
    if "_ZENML_COMPLETE" in os.environ:
        return False
    if list(words) == ["undo"]:
        from zenml.cli.answers.undo import undo

        undo()
        return True
    words, options = _split(words)
    if any(word.startswith("-") for word in words):
        return False
    output, at = options.get("output", TABLE), options.get("at")
    if output not in FORMATS:
        return False
    output = chosen(output)
    if words == ["history"]:
        from zenml.cli.answers.history import list_changes

        list_changes(output, at)
        return True
    if words in _NAMELESS and at is None and output != NAME:
        if words == ["status"]:
            from zenml.cli.answers.status import print_status

            print_status(output)
        else:
            from zenml.cli.answers.config import print_config

            print_config(output)
        return True
    if not 2 <= len(words) <= 3 or words[1] not in _VERBS:
        return False
    noun, verb, *names = words
    if (names and verb != "describe") or names == [""]:
        return False
    from zenml.domain.component_types import COMPONENT_TYPES, command

    types = {command(component_type): component_type for component_type in COMPONENT_TYPES}
    if noun not in types and noun not in _NOUNS:
        return False
    verbs: dict[str, Callable[..., None]]
    if noun in types:
        from zenml.cli.answers import component

        verbs = {"list": component.list_all, "get": component.get, "describe": component.describe}
        names = [types[noun], *names]
    elif noun == "stack":
        from zenml.cli.answers import stack

        verbs = {"list": stack.list_all, "get": stack.get, "describe": stack.describe}
    else:
        from zenml.cli.answers import profile

        verbs = {"list": profile.list_all, "get": profile.get, "describe": profile.describe}
    verbs[verb](*names, output=output, at=at)
    return True


def _split(words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Returns the words of a command without its options, and these by name.

    Where an option is not plain (given twice, without a value, or before the command) all words are returned.
    """
    rest: list[str] = []
    options: dict[str, str] = {}
    remaining = iter(words)
    for word in remaining:
        spelled, equals, value = _parted(word)
        if spelled not in _OPTIONS:
            rest.append(word)
            continue
        option = _OPTIONS[spelled]
        value = value if equals else next(remaining, "-")
        is_before = len(rest) < (1 if rest[:1] in _SINGLE else 2)
        if is_before or option in options or value.startswith("-"):
            return list(words), {}
        options[option] = value
    return rest, options


def _parted(word: str) -> tuple[str, str, str]:
    """Returns an option, what is between it and its value, and the value, if they are one word."""
    if word.startswith("-o") and len(word) > 2:
        return "-o", "=", word[2:]
    return word.partition("=")
