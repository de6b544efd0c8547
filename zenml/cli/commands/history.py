"""``zenml history``."""

from __future__ import annotations

from typing import Optional

from zenml.cli.answers.history import list_changes
from zenml.cli.groups import Command
from zenml.cli.options.change_options import (
    AboutComponent,
    AboutStack,
    ByActor,
    Everything,
    OfItself,
    OfKind,
    OfProfile,
    Since,
    Until,
    check,
    given_time,
)
from zenml.cli.options.declared import Option
from zenml.cli.options.reading_options import At, LinesToo
from zenml.domain.annotations import Annotated


def history(
    mine: Annotated[bool, Option("--mine", help="Only your own changes")] = False,
    actor: ByActor = None,
    stack: AboutStack = None,
    own: OfItself = False,
    component: AboutComponent = None,
    profile: OfProfile = None,
    kind: OfKind = None,
    since: Since = None,
    until: Until = None,
    grep: Annotated[
        Optional[str],  # noqa: UP045 - it is read at run time
        Option("--grep", metavar="TEXT", help="Only changes with this text in the summary, reason or command"),
    ] = None,
    limit: Annotated[
        Optional[int],  # noqa: UP045
        Option("--limit", "-n", metavar="COUNT", min=1, help="Show at most this many, the newest ones"),
    ] = None,
    reverse: Annotated[bool, Option("--reverse", help="Oldest first")] = False,
    everything: Everything = False,
    fold: Annotated[bool, Option("--fold", help="Leave out undone changes and their undos")] = False,
    output: LinesToo = "table",
    at: At = None,
) -> None:
    """Show what was changed, when and by whom, newest first.

    A TIME is a date, a time such as 2026-11-17T14:00, or a phrase such as "yesterday 17:00".

    Example: zenml history --limit 20
    """
    check(kind or [], profile if everything else None, own_without_stack=own and stack is None)
    list_changes(
        output,
        at,
        mine=mine,
        actor=actor,
        stack=stack,
        own=own,
        component=component,
        profile=profile,
        kinds=kind or (),
        since=given_time("--since", since),
        until=given_time("--until", until, end=True),
        grep=grep,
        limit=limit,
        reverse=reverse,
        everything=everything,
        fold=fold,
    )


app = Command(history)
