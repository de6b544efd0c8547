"""Words the error for a command line that the parser does not take: one sentence, and a line that works."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from zenml.cli.mistakes import advice
from zenml.cli.mistakes.misused import MisusedError
from zenml.cli.mistakes.not_offered import not_offered
from zenml.cli.mistakes.parseable import context_of, form, path_of

_EXTRA = "Got unexpected extra argument(s)"
_CHOICE = re.compile(r"'(?P<value>[^']*)' is not one of (?P<choices>.+)\.$", re.DOTALL)


def unknown_command(context: Any, words: Sequence[str]) -> MisusedError:
    """Returns the error that a group has no command of the first of some words."""
    path = context.command_path.split()[1:]
    typed_command = " ".join(["zenml", *path, words[0]])
    missing = not_offered(" ".join([*path, words[0]]))
    if missing is not None:
        remedy = (
            f'Run "zenml {missing.instead}" instead.'
            if missing.instead
            else 'Run "zenml --help" to see the commands.'
        )
        return MisusedError(f'"{typed_command}" is not offered: {missing.why}.', remedy)
    line = advice.for_command(context.find_root(), path, words)
    message = f'There is no command "{typed_command}".'
    if line and line.endswith(" --help"):
        return MisusedError(message, f'Run "{line}" to see how it is done here.')
    if line:
        return MisusedError(message, f'Did you mean "{line}"?')
    return MisusedError(message, f'Run "{context.command_path} --help" to see the commands.')


def in_words(error: Any, words: Sequence[str], command: Any) -> MisusedError | None:
    """Returns what the parser found wrong with a command line; None if the error is not the parser's.

    Args:
        error: What was raised.
        words: The command line.
        command: The whole program, as the parser knows it.
    """
    if isinstance(error, MisusedError):
        return error
    if not hasattr(error, "format_message"):
        return None
    message = _plain(error.format_message())
    is_the_parsers = hasattr(error, "ctx")  # else a command raised it, which knows no parser
    context = error.ctx if is_the_parsers else context_of(command, words)
    if context is None:  # an option without its value
        typed_command = " ".join(["zenml", *path_of(command, words)])
        return MisusedError(message, f'Run "{typed_command} --help" to see how it is used.')
    path = context.command_path.split()[1:]
    rest = list(words[len(path) :]) if list(words[: len(path)]) == path else []
    root, quoted = context.find_root(), f'"{context.command_path}"'
    hint = f'Run "{context.command_path} --help" to see how it is used.'
    choice = _CHOICE.search(message)
    line = None
    if hasattr(error, "possibilities"):
        message = f"{quoted} has no option {error.option_name}."
        line = advice.for_option(root, context.command, path, error.option_name, rest)
    elif message.startswith((_EXTRA, "Missing ")):
        plain = [word for word in rest if not word.startswith("-")]
        extra = message.partition(" (")[2].removesuffix(")") if message.startswith(_EXTRA) else ""
        message = f"{quoted} does not take {extra!r}." if message.startswith(_EXTRA) else message
        line, hint = advice.for_further_words(root, path, plain, extra.split() or plain), _form(context)
    elif choice is not None:
        choices = [value.strip("'") for value in choice["choices"].split(", ")]
        line = advice.for_value(root, path, rest, choice["value"], choices)
    return MisusedError(message, f'Run "{line}".' if line else hint)


def _plain(message: str) -> str:
    """Returns the parser's message about a number in plain words."""
    message = re.sub(r"is not a valid int(eger)?( range)?\.", "is not a whole number.", message)
    return re.sub(r"is not in the range x>=(\d+)\.", r"is less than \1.", message)


def _form(context: Any) -> str:
    return f'Write "{form(context)}"; run "{context.command_path} --help" to see more.'
