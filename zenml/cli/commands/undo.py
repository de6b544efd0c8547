"""``zenml undo``."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from zenml.cli.groups import single
from zenml.cli.undoing import take_back


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
    take_back(change, any_actor=any_actor, reason=reason)


app = single(undo)
