"""``zenml show``."""

from __future__ import annotations

from typing import Optional

from zenml.cli.answers.show import show_change
from zenml.cli.groups import Command
from zenml.cli.options import completions
from zenml.cli.options.declared import Argument
from zenml.cli.options.reading_options import Named
from zenml.domain.annotations import Annotated


def show(
    change: Annotated[
        Optional[str],  # noqa: UP045 - it is read at run time
        Argument(
            metavar="[CHANGE]",
            help="The change, as in `zenml history`, or a label; the newest by default",
            autocompletion=completions.points,
        ),
    ] = None,
    output: Named = "table",
) -> None:
    """Show one change: who, when and why, before and after, and where the evidence is.

    Example: zenml show
    """
    show_change(change, output)


app = Command(show)
