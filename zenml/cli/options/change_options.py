"""The options that say which changes are wanted, for the commands that list them or hand them out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Optional

from zenml.cli.mistakes.hints import hint
from zenml.cli.mistakes.misused import BadValueError
from zenml.cli.options import completions, kinds
from zenml.cli.options.declared import Option
from zenml.cli.screen.notices import notice
from zenml.domain.annotations import Annotated
from zenml.domain.errors import InvalidValueError
from zenml.projections.timeline.filters import KINDS
from zenml.snapshot.times import check_not_in_the_future, format_time, read

_Text = Optional[str]  # noqa: UP045 - it is read at run time

ByActor = Annotated[_Text, Option("--actor", metavar="NAME", help="Only changes made by NAME")]
AboutStack = Annotated[
    _Text,
    kinds.option(
        "stack",
        "--stack",
        metavar="NAME",
        help="Only changes to the stack with this name (or that had it) and to its components, until they left it",
    ),
]
OfItself = Annotated[
    bool, Option("--own", help="With --stack: only changes to the stack itself, not to its components")
]
AboutComponent = Annotated[
    _Text,
    Option(
        "--component",
        metavar="TYPE/NAME",
        help="Only changes to the component that has or had this name",
        autocompletion=completions.typed_components,
    ),
]
OfProfile = Annotated[
    _Text,
    kinds.option("profile", "--profile", metavar="NAME", help="Changes of this profile instead of the active one"),
]
OfKind = Annotated[
    Optional[list[str]],  # noqa: UP045
    Option(
        "--kind",
        metavar="KIND",
        help=f"Only changes of this kind: {', '.join(KINDS)} (can be repeated)",
        autocompletion=lambda incomplete, typed: list(KINDS),
    ),
]
Since = Annotated[_Text, Option("--since", metavar="TIME", help="Only changes made at this time or later")]
Until = Annotated[_Text, Option("--until", metavar="TIME", help="Only changes made at this time or earlier")]
Everything = Annotated[bool, Option("--all", help="Changes of every profile and repository")]


def check(wanted: list[str], profile_beside_all: str | None, *, own_without_stack: bool) -> None:
    """Checks what can be checked without a ledger.

    Raises:
        BadValueError: There is no such kind, both a profile and all are wanted, or --own is given without a stack.
    """
    for kind in wanted:
        if kind not in KINDS:
            raise BadValueError(f"'{kind}' is not one of {', '.join(KINDS)}.", param_hint="--kind")
    if own_without_stack:
        raise BadValueError("It needs --stack NAME.", param_hint="--own")
    if profile_beside_all is not None:
        raise BadValueError("Use either --all or --profile.", param_hint="--profile")


def given_time(option: str, text: str | None, *, end: bool = False) -> datetime | None:
    """Returns the time an option means: the beginning of what was typed, or the last moment of it.

    Prints which one it is if the text had to be interpreted, or if the time is in the future.

    Raises:
        BadValueError: It cannot be read as a time, or it is to begin in the future.
    """
    if text is None:
        return None
    try:
        span = read(text)
        if not end:
            check_not_in_the_future(text, span, end=False)
    except InvalidValueError as error:
        raise BadValueError(f"{error.message} {hint(error)}", param_hint=option) from error
    moment = span.last if end else span.begin
    is_ahead = moment > datetime.now(UTC)
    if span.is_guess or is_ahead:
        remark = ", which is in the future" if is_ahead else ""
        notice(f"{option} understood as {format_time(moment)}{remark}")
    return moment


def given_range(since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    """Returns the times that ``--since`` and ``--until`` mean, as `given_time` does.

    Raises:
        BadValueError: One cannot be read, or the first is after the last.
    """
    begin, end = given_time("--since", since), given_time("--until", until, end=True)
    if begin is not None and end is not None and begin > end:
        raise BadValueError("It is after --until.", param_hint="--since")
    return begin, end
