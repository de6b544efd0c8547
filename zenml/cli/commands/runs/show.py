"""``zenml runs show``."""

from __future__ import annotations

from typing import Annotated

from zenml.cli.answers.run_shown import show_run
from zenml.cli.options.reading_options import Named
from zenml.cli.options.run_options import run_argument


def show(run: Annotated[str, run_argument()], output: Named = "table") -> None:
    """Show one run: its configuration, code and command, how it ended, what was noted.

    Example: zenml runs show nightly
    """
    show_run(run, output)
