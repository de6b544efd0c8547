"""The options and arguments that say which runs are meant."""

from __future__ import annotations

from typing import Any, Optional

from zenml.cli.mistakes.misused import BadValueError, MisusedError
from zenml.cli.options import completions, kinds
from zenml.cli.options.declared import Argument, Option
from zenml.domain.annotations import Annotated
from zenml.domain.errors import InvalidValueError
from zenml.domain.suggestions import typed
from zenml.runs.looking.finding_runs import SHOWN_OUTCOMES, check_outcome

_Text = Optional[str]  # noqa: UP045 - it is read at run time

OnStack = Annotated[
    _Text, kinds.option("stack", "--stack", metavar="NAME", help="Only on the stack that has or had this name")
]
WithComponent = Annotated[
    _Text,
    Option(
        "--component",
        metavar="TYPE/NAME",
        help="Only on a stack that had this component then",
        autocompletion=completions.typed_components,
    ),
]
WithValue = Annotated[
    Optional[list[str]],  # noqa: UP045
    Option(
        "--with",
        metavar="PARAMETER[=VALUE]",
        help="Only on a stack that had this value then, or any; TYPE/NAME.PARAMETER for that of one component"
        " (can be repeated)",
    ),
]
OfOutcome = Annotated[
    _Text,
    Option(
        "--outcome",
        metavar="OUTCOME",
        help=f"Only of this outcome: {', '.join(SHOWN_OUTCOMES)}",
        autocompletion=lambda incomplete, typed: list(SHOWN_OUTCOMES),
    ),
]
OfName = Annotated[
    _Text, Option("--name", metavar="NAME", help="Only of this name", autocompletion=completions.run_names)
]
StartedBy = Annotated[_Text, Option("--actor", metavar="NAME", help="Only runs started by NAME")]
StartedSince = Annotated[_Text, Option("--since", metavar="TIME", help="Only runs begun at this time or later")]
StartedUntil = Annotated[_Text, Option("--until", metavar="TIME", help="Only runs begun at this time or earlier")]
StartedBefore = Annotated[
    _Text,
    Option(
        "--before",
        metavar="RUN",
        help="Only runs begun before this one",
        autocompletion=completions.runs,
    ),
]


def _refuse(at: str | None) -> str | None:
    if at is not None:
        raise MisusedError(
            "Runs are not looked at as of a point in the past: each has the configuration that it began with.",
            f'For those that had begun by then, run "zenml runs list --until {typed(at)}".',
        )
    return at


NotAt = Annotated[_Text, Option("--at", hidden=True, callback=_refuse)]
"""Known so that it is refused in words."""


def run_argument(
    metavar: str = "RUN", help: str = "The run: letters of its id, or its name for the newest"
) -> Any:
    """Returns an argument that names a run; the TAB key offers the newest ones."""
    return Argument(metavar=metavar, help=help, autocompletion=completions.runs)


def typed_values(words: list[str]) -> dict[str, str | None]:
    """Returns what ``--with`` was given, the value by parameter; None for any value.

    Raises:
        BadValueError: A parameter is given twice, or is not there.
        InvalidValueError: The file that is named in place of a value cannot be read.
    """
    from zenml.cli.options.parameters import expand_value

    values: dict[str, str | None] = {}
    for word in words:
        parameter, equals, value = word.partition("=")
        if not parameter:
            raise BadValueError("The parameter is missing before the equals sign.", param_hint="--with")
        if parameter in values:
            raise BadValueError(f"'{parameter}' is given twice.", param_hint="--with")
        values[parameter] = expand_value(value, parameter) if equals else None
    return values


def typed_outcome(outcome: str | None) -> str | None:
    """Returns an outcome. Raises `BadValueError` for one that no run is shown with."""
    try:
        check_outcome(outcome)
    except InvalidValueError as error:
        raise BadValueError(error.message, param_hint="--outcome") from error
    return outcome


def typed_component(text: str | None) -> tuple[str, str] | None:
    """Returns type and name of ``TYPE/NAME``; None for None. Raises `InvalidValueError` for no such type."""
    if text is None:
        return None
    from zenml.domain.typed_names import component_named

    return component_named(text)
