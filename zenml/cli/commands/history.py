"""``zenml history``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Optional

import typer

from zenml.cli import completions
from zenml.cli.groups import single
from zenml.cli.listing import list_changes
from zenml.cli.notices import notice
from zenml.cli.reading_options import At, LinesToo
from zenml.domain.errors import InvalidValueError
from zenml.projections.filters import KINDS
from zenml.repository.times import moment, understood

Text = Optional[str]  # noqa: UP045 - the parser reads it at run time


def history(
    mine: Annotated[bool, typer.Option("--mine", help="Only your own changes")] = False,
    actor: Annotated[Text, typer.Option(metavar="NAME", help="Only changes made by NAME")] = None,
    stack: Annotated[
        Text,
        typer.Option(
            metavar="NAME", help="About a stack that has or had this name", autocompletion=completions.stacks
        ),
    ] = None,
    component: Annotated[
        Text,
        typer.Option(
            metavar="TYPE/NAME",
            help="About a component that has or had this name",
            autocompletion=completions.typed_components,
        ),
    ] = None,
    profile: Annotated[
        Text,
        typer.Option(
            metavar="NAME", help="Of this profile, not the active one", autocompletion=completions.profiles
        ),
    ] = None,
    kind: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            metavar="KIND", help=f"One of {', '.join(KINDS)} (can be repeated)", autocompletion=lambda: list(KINDS)
        ),
    ] = None,
    since: Annotated[Text, typer.Option(metavar="TIME", help="Made at this time or later")] = None,
    until: Annotated[Text, typer.Option(metavar="TIME", help="Made at this time or earlier")] = None,
    grep: Annotated[
        Text, typer.Option(metavar="TEXT", help="With this text in summary, reason or command")
    ] = None,
    limit: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--limit", "-n", metavar="COUNT", min=1, help="The newest so many"),
    ] = None,
    reverse: Annotated[bool, typer.Option("--reverse", help="Oldest first")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Of every profile and repository")] = False,
    fold: Annotated[bool, typer.Option("--fold", help="Without what is undone, and its undo")] = False,
    output: LinesToo = "table",
    at: At = None,
) -> None:
    """Show what was changed, when and by whom, newest first.

    A TIME is a date, a time such as 2026-11-17T14:00, or a phrase such as "yesterday 17:00".

    Example: zenml history --limit 20
    """
    _check(kind or [], component, profile if everything else None)
    list_changes(
        output,
        at,
        mine=mine,
        actor=actor,
        stack=stack,
        component=component,
        profile=profile,
        kinds=kind or (),
        since=_time("--since", since),
        until=_time("--until", until, end=True),
        grep=grep,
        limit=limit,
        reverse=reverse,
        everything=everything,
        fold=fold,
    )


def _check(kinds: list[str], component: str | None, profile_beside_all: str | None) -> None:
    """Checks what needs no ledger to see that it is wrong."""
    for kind in kinds:
        if kind not in KINDS:
            raise typer.BadParameter(f"'{kind}' is not one of {', '.join(KINDS)}.", param_hint="--kind")
    if component is not None and "/" not in component:
        hint = f"Write its type too, as in orchestrator/{component}."
        raise typer.BadParameter(hint, param_hint="--component")
    if profile_beside_all is not None:
        raise typer.BadParameter("With --all there is no profile to choose.", param_hint="--profile")


def _time(option: str, text: str | None, *, end: bool = False) -> datetime | None:
    """Returns the time an option means; says which one it is where that had to be guessed."""
    if text is None:
        return None
    try:
        meant, guessed = moment(text, end=end)
    except InvalidValueError as error:
        raise typer.BadParameter(f"{error.message} {error.hint}", param_hint=option) from error
    if guessed:
        notice(f"{option} understood as {understood(meant)}")
    return meant


app = single(history)
