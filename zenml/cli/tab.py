"""What the TAB key offers behind a plain line in bash, without the parser. Anything else is left to the parser."""

from __future__ import annotations

from zenml.cli.groups import Command, Group
from zenml.cli.plain import options_of, place
from zenml.cli.sections import HELP
from zenml.cli.splitting import FLAG, split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from zenml.cli.options.declared import DeclaredParameter, TypedSoFar

_HELP = ("-h", "--help")
_ODD = frozenset("\\'\"=\t\r\n")
"""What makes words of bash other than they look."""


def offered(environ: Mapping[str, str]) -> list[str] | None:
    """Returns what is offered for the variables that the shell's script sets; None if the line is not plain."""
    line, number = environ.get("COMP_WORDS", ""), environ.get("COMP_CWORD", "")
    if environ.get("_ZENML_COMPLETE") != "complete_bash" or not number.isdecimal() or not _ODD.isdisjoint(line):
        return None
    typed = [word for word in line.split(" ") if word]
    words, incomplete = typed[1 : int(number)], (*typed, "")[min(int(number), len(typed))]
    return _offered(words, incomplete)


def _offered(words: Sequence[str], incomplete: str) -> list[str] | None:
    if not words:
        return None if incomplete.startswith("-") else _beginning(HELP, incomplete)
    from zenml.cli.tree import named

    found, rest = named(words)
    if found is None or "--" in rest:
        return None
    if isinstance(found, Group):
        if rest:
            return None
        if not incomplete.startswith("-"):
            return _beginning(found.names(), incomplete)
        return _beginning(_spellings(() if found.own is None else found.own.parameters, {}), incomplete)
    return _of_command(found, words[: len(words) - len(rest)], rest, incomplete)


def _of_command(command: Command, path: Sequence[str], rest: list[str], incomplete: str) -> list[str] | None:
    """Returns what is offered behind the words of a command."""
    from zenml.cli.options.declared import TypedSoFar

    options = options_of(command)
    name, kind = options.get(rest[-1], ("", FLAG)) if rest else ("", FLAG)
    is_value = kind != FLAG and not incomplete.startswith("-")
    parts = split(
        rest[:-1] if is_value else rest,
        options,
        takes_unknown=command.takes_unknown,
        options_first=command.options_first,
    )
    values = None if parts is None else place(command, *parts)
    if values is None:
        return None
    given = (parameter for parameter in command.parameters if parameter.name in values)
    typed = TypedSoFar(
        tuple(path),
        {one.name: values[one.name] if one.is_many else values[one.name][0] for one in given},
    )
    if incomplete.startswith("-"):
        further = [] if command.further_options is None else command.further_options(typed)
        return _beginning([*further, *_spellings(command.parameters, values)], incomplete)
    for parameter in command.parameters:
        if parameter.name == name if is_value else _is_open(parameter, values):
            return _values_of(parameter, incomplete, typed)
    return []


def _is_open(parameter: DeclaredParameter, values: Mapping[str, object]) -> bool:
    """Tells whether a parameter is an argument that takes the next word."""
    return not parameter.about.names and (parameter.is_many or parameter.name not in values)


def _values_of(parameter: DeclaredParameter, incomplete: str, typed: TypedSoFar) -> list[str]:
    if parameter.about.autocompletion is None:
        return _beginning(parameter.choices, incomplete)
    offers = parameter.about.autocompletion(incomplete, typed)
    return _beginning((offer if isinstance(offer, str) else offer[0] for offer in offers), incomplete)


def _spellings(parameters: Sequence[DeclaredParameter], values: Mapping[str, object]) -> list[str]:
    """Returns the options that can still be typed."""
    found = [
        spelling
        for parameter in parameters
        if not parameter.about.hidden and (parameter.is_many or parameter.name not in values)
        for spelling in parameter.about.names
    ]
    return [*found, *_HELP]


def _beginning(texts: Iterable[str], incomplete: str) -> list[str]:
    return [text for text in texts if text.startswith(incomplete)]
