"""``zenml runs diff``."""

from __future__ import annotations

from zenml.cli.answers.runs.differences import compare
from zenml.cli.options.reading_options import Output
from zenml.cli.options.run_options import NotAt, run_argument
from zenml.domain.annotations import Annotated


def diff(
    first: Annotated[str, run_argument("A", "A run, as for `zenml runs show`")],
    second: Annotated[str, run_argument("B", "Another run")],
    output: Output = "table",
    at: NotAt = None,
) -> None:
    """Compare two runs, and show who changed what in between, and why.

    It compares what their stacks had when they began, the code, the command, its parameters and the outcome. A
    change that was undone before the later one began is not named. Secrets are told apart, and not shown.

    Example: zenml runs diff nightly qpvu
    """
    compare(first, second, output)
