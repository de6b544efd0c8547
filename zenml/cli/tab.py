"""What the TAB key offers behind a plain line, without the parser. Anything else is left to the parser."""

from __future__ import annotations

from zenml.cli.groups import Command
from zenml.cli.plain import options_of, typed_of
from zenml.cli.sections import HELP
from zenml.cli.splitting import FLAG

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from zenml.cli.options.declared import DeclaredParameter, Offer, TypedSoFar

_HELP = (("-h", "Show this message and exit."), ("--help", "Show this message and exit."))


def offers(words: Sequence[str], incomplete: str, *, described: bool) -> list[Offer] | None:
    """Returns what can be typed, each with a few words about it or none; None if the line is not plain.

    Args:
        words: The complete words behind the program's name.
        incomplete: What is typed of the next one.
        described: Whether it has to be described, which the commands of a group are by the parser alone.
    """
    if not words:
        return None if incomplete.startswith("-") else _beginning(HELP.items(), incomplete)
    from zenml.cli.tree import named

    found, rest = named(words)
    if found is None or "--" in rest:
        return None
    if isinstance(found, Command):
        return _of_command(found, words[: len(words) - len(rest)], rest, incomplete)
    if rest:
        return None
    if incomplete.startswith("-"):
        return _beginning(_spellings(() if found.own is None else found.own.parameters, {}), incomplete)
    return None if described else _beginning(((name, "") for name in found.names()), incomplete)


def _of_command(command: Command, path: Sequence[str], rest: list[str], incomplete: str) -> list[Offer] | None:
    """Returns what is offered behind the words of a command."""
    from zenml.cli.options.declared import TypedSoFar

    name, kind = options_of(command).get(rest[-1], ("", FLAG)) if rest else ("", FLAG)
    is_value = kind != FLAG and not incomplete.startswith("-")
    values = typed_of(command, rest[:-1] if is_value else rest)
    if values is None:
        return None
    given = (parameter for parameter in command.parameters if parameter.name in values)
    typed = TypedSoFar(
        tuple(path),
        {one.name: values[one.name] if one.is_many else values[one.name][0] for one in given},
    )
    if incomplete.startswith("-"):
        further = [] if command.further_options is None else command.further_options(typed)
        return _beginning([*((text, "") for text in further), *_spellings(command.parameters, values)], incomplete)
    for parameter in command.parameters:
        if parameter.name == name if is_value else _is_open(parameter, values):
            return _values_of(parameter, incomplete, typed)
    return []


def _is_open(parameter: DeclaredParameter, values: Mapping[str, object]) -> bool:
    """Tells whether a parameter is an argument that takes the next word."""
    return parameter.is_argument and (parameter.is_many or parameter.name not in values)


def _values_of(parameter: DeclaredParameter, incomplete: str, typed: TypedSoFar) -> list[Offer]:
    if parameter.about.autocompletion is None:
        return _beginning(((choice, "") for choice in parameter.choices), incomplete)
    found = parameter.about.autocompletion(incomplete, typed)
    return _beginning(((offer, "") if isinstance(offer, str) else offer for offer in found), incomplete)


def _spellings(parameters: Sequence[DeclaredParameter], values: Mapping[str, object]) -> list[Offer]:
    """Returns the options that can still be typed."""
    found = [
        (spelling, parameter.about.help or "")
        for parameter in parameters
        if not parameter.about.hidden and (parameter.is_many or parameter.name not in values)
        for spelling in parameter.about.names
    ]
    return [*found, *_HELP]


def _beginning(found: Iterable[Offer], incomplete: str) -> list[Offer]:
    return [offer for offer in found if offer[0].startswith(incomplete)]
