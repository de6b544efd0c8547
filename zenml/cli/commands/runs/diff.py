"""``zenml runs diff``."""

from __future__ import annotations

from typing import Annotated

from zenml.cli.answers.run_differences import compare
from zenml.cli.options.reading_options import Output
from zenml.cli.options.run_options import run_argument


def diff(
    first: Annotated[str, run_argument("A", "A run, as for `zenml runs show`")],
    second: Annotated[str, run_argument("B", "Another run")],
    output: Output = "table",
) -> None:
    """Show what is different between two runs, and who changed the configuration in between, and why.

    It compares what their stacks had when they began, the code, the command and its parameters, and the outcome.

    Example: zenml runs diff nightly qpvu
    """
    compare(first, second, output)
