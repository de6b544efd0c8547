"""The commands at the top; the module of each is loaded when it is named."""

from __future__ import annotations

import sys
from functools import cache

from zenml.cli.groups import Command, Group
from zenml.cli.sections import ALIASES, COMPONENTS, HELP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


@cache
def at_the_top(name: str) -> Command | Group | None:
    """Returns a command or a group at the top; None if there is none of this name."""
    if name in COMPONENTS:
        from zenml.cli.commands.component import build

        return build(name.replace("-", "_"))
    name = ALIASES.get(name, name)
    if name not in HELP:
        return None
    module = f"zenml.cli.commands.{name}"
    __import__(module)  # which `importlib` would do too, after it imported more
    found = sys.modules[module].app
    assert isinstance(found, (Command, Group))
    return found


def named(words: Sequence[str]) -> tuple[Command | Group | None, list[str]]:
    """Returns the command or group that the first of some words name, and the words after them.

    The command is None where the words name none.
    """
    if not words:
        return None, []
    found, rest = at_the_top(words[0]), list(words[1:])
    while isinstance(found, Group) and rest:
        if found.meant is not None:
            rest = found.meant(rest)
        further = found.commands.get(rest[0])
        if further is None:
            break
        found, rest = further, rest[1:]
    return found, rest
