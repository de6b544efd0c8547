"""``zenml restore``."""

from __future__ import annotations

from typing import Annotated

import typer

from zenml.cli import completions
from zenml.cli.groups import single
from zenml.cli.notices import notice
from zenml.cli.reading_options import Only
from zenml.cli.writes import How
from zenml.cli.writing_options import writing


@writing
def restore(
    how: How,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="CHANGE|TIME|LABEL",
            help="As it was after this change, or at this time",
            autocompletion=completions.points,
        ),
    ],
    only: Only = None,
    everything: Annotated[bool, typer.Option("--all", help="All profiles, and which is active, too")] = False,
) -> None:
    """Make the active profile as it was: its components, its stacks, and which of them is active.

    What happened since stays in the history, and this can be undone like everything else.

    Example: zenml restore --to release-1 --dry-run
    """
    opened = how.repository()
    what = "Everything" if everything else ", ".join(only or ()) or f"Profile '{opened.active_profile_name}'"
    then = opened.at(to)
    understood = then.understood
    if how.dry_run:
        notice(f"To {understood}.")
    change = opened.restore(then.point.change.letters, only=only or (), everything=everything)
    how.done(
        opened,
        change,
        f"{what} is as it was at {understood}.",
        unchanged=f"{what} is already as it was at {understood}.",
    )


app = single(restore)
