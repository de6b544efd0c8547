"""``zenml watch``."""

from __future__ import annotations

import sys
from typing import Literal

from zenml.cli.groups import Command
from zenml.cli.options.declared import Option
from zenml.cli.screen.notices import NOTHING, PROFILE, announce, notice
from zenml.cli.screen.output import TABLE, emit_line
from zenml.domain.annotations import Annotated
from zenml.domain.visible import visible
from zenml.history.changes import ChangeInfo
from zenml.repository import Repository
from zenml.snapshot.ages import exact


def watch(
    everything: Annotated[bool, Option("--all", help="Changes of every profile and repository")] = False,
    latest: Annotated[
        int, Option("--limit", "-n", metavar="COUNT", min=0, help="Begin with this many of the newest")
    ] = 0,
    output: Annotated[
        Literal["table", "jsonl"], Option("--output", "-o", help="How to print changes", show_default=False)
    ] = "table",
) -> None:
    """Print changes as they are recorded, one per line, until interrupted.

    Example: zenml watch --limit 10
    """
    repository = Repository(notify=notice)
    with repository.reading() as snapshot:
        announce(repository, snapshot, uses=NOTHING if everything else PROFILE)
    if sys.stderr.isatty():
        notice("Waiting for changes; press Ctrl-C to end.")
    for change in repository.watch(everything=everything, latest=latest):
        if output == TABLE:
            print(visible(_line(change)))
        else:
            emit_line(change.document())
        sys.stdout.flush()


def _line(change: ChangeInfo) -> str:
    reason = f" ({change.reason})" if change.reason else ""
    return f"{change.change}  {exact(change.time)}  {change.actor or ''}  {change.kind}  {change.told}{reason}"


app = Command(watch)
