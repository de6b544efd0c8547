"""``zenml profile move``: where the ledger of a profile is."""

from __future__ import annotations

from typing import Annotated

import typer

from zenml.cli.answers import profile_places as answers
from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.options import kinds
from zenml.cli.options.writing_options import writing

Name = Annotated[str, kinds.argument("profile", "NAME", "The profile's name")]


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the group of those for profiles."""
    app.command("move")(move)


@writing
def move(
    run: WriteCommand,
    name: Name,
    to: Annotated[str, typer.Option("--to", metavar="URL|local", help="The database, or this machine alone")],
) -> None:
    """Move a profile to a database that machines share, or back.

    It takes everything along: history, labels and secrets; it stays the same ledger, and is written in one place
    only. Others who use it are told where it went. If it is interrupted, the same command goes on.

    Example: zenml profile move staging --to sqlite:////srv/team/zenml.db
    """
    answers.move(run, name, to)
