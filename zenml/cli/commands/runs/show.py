"""``zenml runs show``."""

from __future__ import annotations

from zenml.cli.answers.runs.shown import show_run
from zenml.cli.options.reading_options import Named
from zenml.cli.options.run_options import NotAt, run_argument
from zenml.domain.annotations import Annotated


def show(run: Annotated[str, run_argument()], output: Named = "table", at: NotAt = None) -> None:
    """Show one run: what it ran with, on which code, and how it ended.

    Its configuration is the stack as it was when the run began, whatever became of that; secrets are stars.

    Example: zenml runs show nightly
    """
    show_run(run, output)
