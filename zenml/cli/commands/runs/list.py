"""``zenml runs list``."""

from __future__ import annotations

from typing import Optional

from zenml.cli.answers.runs.listed import list_all
from zenml.cli.options.change_options import given_time
from zenml.cli.options.declared import Option
from zenml.cli.options.reading_options import LinesToo
from zenml.cli.options.run_options import (
    NotAt,
    OfName,
    OfOutcome,
    OnStack,
    StartedBefore,
    StartedBy,
    StartedSince,
    StartedUntil,
    WithComponent,
    WithValue,
    typed_component,
    typed_outcome,
    typed_values,
)
from zenml.domain.annotations import Annotated


def list_runs(
    mine: Annotated[bool, Option("--mine", help="Only your own runs")] = False,
    actor: StartedBy = None,
    stack: OnStack = None,
    component: WithComponent = None,
    values: WithValue = None,
    outcome: OfOutcome = None,
    name: OfName = None,
    since: StartedSince = None,
    until: StartedUntil = None,
    before: StartedBefore = None,
    limit: Annotated[
        Optional[int],  # noqa: UP045 - it is read at run time
        Option("--limit", "-n", metavar="COUNT", min=1, help="Show at most this many, the newest ones"),
    ] = None,
    reverse: Annotated[bool, Option("--reverse", help="Oldest first")] = False,
    output: LinesToo = "table",
    at: NotAt = None,
) -> None:
    """List what ran on the stacks of the active profile, newest first.

    What a run used is what its stack had when it began, whatever became of that. A VALUE is typed as it was when
    it was set. Secrets are never compared: --with password lists the runs that used any value of it.

    Example: zenml runs list --limit 20
    """
    list_all(
        output,
        mine=mine,
        actor=actor,
        stack=stack,
        component=typed_component(component),
        uses=typed_values(values or []),
        outcome=typed_outcome(outcome),
        name=name,
        since=given_time("--since", since),
        until=given_time("--until", until, end=True),
        before=before,
        limit=limit,
        reverse=reverse,
    )
