"""Questions so plain that not even their command is loaded. Anything else is asked of it, with the same result."""

from __future__ import annotations

from zenml.cli.screen.output import FORMATS, NAME, TABLE, chosen
from zenml.cli.splitting import ONCE, split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_NOUNS = ("profile", "stack")
_VERBS = ("list", "get", "describe")
_SINGLE = ("history", "status", "config")
_OPTIONS = {"-o": ("output", ONCE), "--output": ("output", ONCE), "--at": ("at", ONCE)}


def answer(words: Sequence[str]) -> bool:
    """Answers a question if it is one of the plain ones; tells whether it was.

    These are ``profile|stack|<component> list|get``, ``… describe [NAME]``, ``history``, ``status`` and
    ``config``, with no options but ``--output`` and ``--at`` after these words.
    """
    length = 1 if words[0] in _SINGLE else 2
    parts = split(words[length:], _OPTIONS)
    if parts is None:
        return False
    names, options = parts
    (output,), (at,) = options.get("output", [TABLE]), options.get("at", [None])
    if output not in FORMATS:
        return False
    if length == 1:
        return not names and _answer_alone(words[0], output, at)
    return len(words) > 1 and _answer_of_kind(words[0], words[1], names, output, at)


def _answer_alone(word: str, output: str, at: str | None) -> bool:
    if word == "history":
        from zenml.cli.answers.history import list_changes

        list_changes(chosen(output), at)
        return True
    if at is not None or output == NAME:
        return False
    if word == "status":
        from zenml.cli.answers.status import print_status

        print_status(chosen(output))
    else:
        from zenml.cli.answers.config import print_config

        print_config(chosen(output))
    return True


def _answer_of_kind(noun: str, verb: str, names: list[str], output: str, at: str | None) -> bool:
    if verb not in _VERBS or len(names) > (1 if verb == "describe" else 0):
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
    verbs[verb](*names, output=chosen(output), at=at)
    return True
