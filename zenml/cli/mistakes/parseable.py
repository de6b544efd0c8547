"""Whether the parser takes a line, and how a command is typed. Nothing is run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from zenml.cli.mistakes.habits import INCOMPLETE
from zenml.cli.sections import COMPONENTS
from zenml.domain.suggestions import typed

_VARIABLE = "ZENML_"
_FLAVOR = frozenset({"--flavor", "-f"})


def that_work(root: Any, lines: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yields those of some lines that the parser takes, ready to be pasted.

    Args:
        root: The parser's context of the whole program.
        lines: Words without the program's name, which variables may precede.
    """
    for line in lines:
        words = [word for word in line if not word.startswith(_VARIABLE)]
        if words and works(root, words):
            variables = [word for word in line if word.startswith(_VARIABLE)]
            yield " ".join([*variables, "zenml", *map(typed, words)])


def works(root: Any, words: Sequence[str]) -> bool:
    """Tells whether the parser takes the words of a line, and the command does not miss one."""
    has_no_flavor = words[0] in COMPONENTS and words[1:2] == ["register"] and not _FLAVOR.intersection(words)
    if " ".join(words) in INCOMPLETE or (has_no_flavor and words[-1] != "--help"):
        return False
    if words[0].startswith("-"):
        return list(words) in (["--help"], ["--version"], ["--install-completion"])
    command, context, rest, name = root.command, root, list(words), ""
    wants_help = rest[-1:] == ["--help"]
    if wants_help:
        rest.pop()
    while hasattr(command, "list_commands"):
        if getattr(command, "answers", False) and (not rest or rest[0].startswith("-")):
            break
        if not rest:
            return wants_help
        if name:
            context = command.context_class(command, info_name=name, parent=context)
        name = rest.pop(0)
        command = command.get_command(context, name)
        if command is None:
            return False
    if wants_help and not rest:
        return True
    try:
        command.make_context(name, rest, parent=context)
    except Exception:  # whatever is wrong with it: it is not given as advice
        return False
    return True


def path_of(command: Any, words: Sequence[str]) -> list[str]:
    """Returns the words of a line that name its command."""
    path = []
    for word in words:
        command = command.get_command(None, word) if hasattr(command, "list_commands") else None
        if command is None:
            break
        path.append(word)
    return path


def context_of(command: Any, words: Sequence[str]) -> Any:
    """Returns the parser's context of the command that the words of a line name."""
    context = command.context_class(command, info_name="zenml")
    for word in path_of(command, words):
        command = command.get_command(context, word)
        context = command.context_class(command, info_name=word, parent=context)
    return context


def form(context: Any) -> str:
    """Returns how a command is typed: its arguments, and the options that it needs."""
    pieces = [piece.strip("{}") for piece in context.command.collect_usage_pieces(context)]
    pieces = [piece for piece in pieces if piece != "[OPTIONS]"]
    needed = [
        f"{max(parameter.opts, key=len).replace('_', '-')} {parameter.make_metavar(context)}"
        for parameter in context.command.params
        if parameter.required and parameter.opts[0].startswith("-")
    ]
    are_before = any(piece.startswith("-- ") for piece in pieces)
    return " ".join([context.command_path, *([*needed, *pieces] if are_before else [*pieces, *needed])])
