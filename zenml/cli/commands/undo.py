"""``zenml undo``."""

from __future__ import annotations

import sys
from typing import Annotated, Optional

import typer

from zenml.cli.groups import single
from zenml.cli.notices import announce, notice
from zenml.repository import Repository


def undo(
    change: Annotated[
        Optional[str],  # noqa: UP045 - the parser reads it at run time
        typer.Argument(metavar="[CHANGE]", help="The change, as in `zenml history`; your newest if none is named"),
    ] = None,
    any_actor: Annotated[bool, typer.Option("--any-actor", help="Undo somebody else's change too")] = False,
    reason: Annotated[Optional[str], typer.Option("--reason", help="Why; recorded with the undo")] = None,  # noqa: UP045
) -> None:
    """Undo a change: your newest one, or the one that is named.

    Nothing is erased: the undo is a change of its own, and can be undone by its name.

    Example: zenml undo
    """
    repository = Repository(notify=notice, command=sys.argv[1:], reason=reason)
    with repository.reading() as now:
        announce(repository, now)
    done = repository.undo(change, any_actor=any_actor)
    if done is None:
        return
    with repository.reading() as now:
        told = now.told(now.change(done.change_id)).removeprefix("undo ")
        name = now.short(done.letters)
    typer.echo(f"Undone {told}.")
    notice(f'This is change {name}; run "zenml undo {name}" to take it back.')


app = single(undo)
