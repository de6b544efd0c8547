"""``zenml redo``."""

from __future__ import annotations

from typing import Optional

from zenml.cli.answers.undo import undo as undo_changes
from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.commands.undo import AnyActor, Cascade, Count
from zenml.cli.groups import Command
from zenml.cli.options import completions
from zenml.cli.options.declared import Argument
from zenml.cli.options.writing_options import writing
from zenml.domain.annotations import Annotated


@writing
def redo(
    run: WriteCommand,
    changes: Annotated[
        Optional[list[str]],  # noqa: UP045 - it is read at run time
        Argument(
            metavar="[CHANGE]...",
            help="Undos, or undone changes; your newest undo by default",
            autocompletion=completions.changes,
        ),
    ] = None,
    count: Count = None,
    cascade: Cascade = False,
    any_actor: AnyActor = False,
) -> None:
    """Bring back what was undone.

    What came after the undo stays. A redo is itself a change, and can be undone.

    Example: zenml redo
    """
    undo_changes(run, changes or (), count=count, cascade=cascade, any_actor=any_actor, redo=True)


app = Command(redo)
