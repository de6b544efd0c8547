"""The short way in: runs the command of a plain line by what it declares, and imports no parser for that."""

from __future__ import annotations

import os
import sys

from zenml.cli.groups import Command, Group
from zenml.cli.mistakes.misused import BadValueError, ExitError, MisusedError, NoAnswerError
from zenml.cli.options.declared import REQUIRED, DeclaredParameter
from zenml.cli.splitting import FLAG, MANY, ONCE, split
from zenml.cli.tree import named
from zenml.domain.errors import LedgerError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def run(words: Sequence[str]) -> int | None:
    """Runs the command of a plain line and returns its exit code; None if it is not plain, and nothing was run."""
    understood = understand(words)
    if understood is None:
        return None
    command, values = understood
    try:
        command.run(**values)
    except ExitError as end:
        return end.exit_code
    except EOFError:
        print(file=sys.stderr)  # what follows is not the answer, so it begins on a new line
        return _ended(NoAnswerError(), words)
    except (NoAnswerError, MisusedError, BadValueError) as error:
        return _ended(error, words)
    return 0


def _ended(error: Exception, words: Sequence[str]) -> int:
    from zenml.cli.app import end

    return end(error, [*words])


def understand(words: Sequence[str]) -> tuple[Command, dict[str, Any]] | None:
    """Returns the command that a line means, and the values of its parameters; None if the line is not plain."""
    command, rest = named(words)
    if isinstance(command, Group):
        command = command.own
        if rest and not rest[0].startswith("-"):
            return None
    if command is None:
        return None
    values = _values(command, rest)
    return None if values is None else (command, values)


def options_of(command: Command) -> dict[str, tuple[str, str]]:
    """Returns the name and the kind of each option of a command, by spelling."""
    return {
        spelling: (parameter.name, FLAG if parameter.is_flag else MANY if parameter.is_many else ONCE)
        for parameter in command.parameters
        for spelling in parameter.about.names
    }


def typed_of(command: Command, words: Sequence[str]) -> dict[str, list[str]] | None:
    """Returns what was typed of each parameter, by name; None if the words are not plain, or one is left."""
    is_free = command.takes_unknown
    parts = split(words, options_of(command), takes_unknown=is_free, options_first=command.options_first)
    if parts is None:
        return None
    rest, placed = parts
    for parameter in command.parameters:
        if parameter.is_argument and rest:
            placed[parameter.name] = rest if parameter.is_many else rest[:1]
            rest = [] if parameter.is_many else rest[1:]
    return None if rest else placed


def _values(command: Command, words: Sequence[str]) -> dict[str, Any] | None:
    typed = typed_of(command, words)
    if typed is None:
        return None
    try:
        return {parameter.name: _value(parameter, typed.get(parameter.name)) for parameter in command.parameters}
    except (ValueError, LedgerError, BadValueError, MisusedError):
        return None


def _value(parameter: DeclaredParameter, typed: list[str] | None) -> Any:
    """Returns what a command gets for what was typed; None for nothing.

    Raises:
        ValueError: The value has to be given, or cannot be this one.
    """
    about = parameter.about
    if typed is None and about.envvar and os.environ.get(about.envvar):
        typed = [os.environ[about.envvar]]
    if typed is None:
        if parameter.default is REQUIRED:
            raise ValueError(parameter.name)
        value = parameter.default
    elif parameter.is_flag:
        value = True
    else:
        values = [_read(parameter, text) for text in typed]
        value = values if parameter.is_many else values[0]
    return value if about.callback is None else about.callback(value)


def _read(parameter: DeclaredParameter, text: str) -> str | int:
    if parameter.choices and text not in parameter.choices:
        raise ValueError(text)
    if not parameter.is_number:
        return text
    number, about = int(text), parameter.about
    if (about.min is not None and number < about.min) or (about.max is not None and number > about.max):
        raise ValueError(text)
    return number
