"""``zenml undo``."""

from __future__ import annotations

from typing import Optional

from zenml.cli.answers.undo import undo as undo_changes
from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.groups import Command
from zenml.cli.options import completions
from zenml.cli.options.declared import Argument, Option
from zenml.cli.options.writing_options import writing
from zenml.domain.annotations import Annotated

Count = Annotated[
    Optional[int],  # noqa: UP045 - it is read at run time
    Option("-n", metavar="COUNT", min=1, help="Undo this many of your newest changes, as one change"),
]
Cascade = Annotated[bool, Option("--cascade", help="Also undo what depends on it")]
AnyActor = Annotated[bool, Option("--any-actor", help="Also changes that others made; needs --reason")]


@writing
def undo(
    run: WriteCommand,
    changes: Annotated[
        Optional[list[str]],  # noqa: UP045
        Argument(
            metavar="[CHANGE|CHANGE..CHANGE]...",
            help="Changes, as in `zenml history`; your newest by default",
            autocompletion=completions.changes,
        ),
    ] = None,
    count: Count = None,
    cascade: Cascade = False,
    any_actor: AnyActor = False,
) -> None:
    """Undo your newest change, or the changes you name.

    Nothing is erased: an undo is itself a change, and can be undone by its name. If a later change is in the
    way, nothing is changed and the conflict is shown.

    Example: zenml undo -n 2
    """
    undo_changes(run, changes or (), count=count, cascade=cascade, any_actor=any_actor)


app = Command(undo)
