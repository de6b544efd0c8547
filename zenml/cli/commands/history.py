"""``zenml history``."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from zenml.cli.groups import single
from zenml.cli.notices import announce, notice
from zenml.cli.tables import Table, show
from zenml.repository import Repository


def history(
    everything: Annotated[bool, typer.Option("--all", help="Show the changes of every profile too")] = False,
    limit: Annotated[
        Optional[int],  # noqa: UP045 - the parser reads it at run time
        typer.Option("--limit", "-n", min=1, help="Show this many at the most"),
    ] = None,
) -> None:
    """Show what was changed, when and by whom, newest first.

    Example: zenml history --limit 20
    """
    repository = Repository(notify=notice)
    with repository.reading() as now:
        announce(repository, now)
        rows = [
            (
                now.short(change.letters),
                f"{change.time[:10]} {change.time[11:19]}",
                change.actor or "",
                change.kind,
                now.told(change),
                change.reason or "",
            )
            for change in now.changes(everything=everything, limit=limit)
        ]
    show(Table(("CHANGE", "TIME (UTC)", "ACTOR", "KIND", "SUMMARY", "REASON"), rows))


app = single(history)
