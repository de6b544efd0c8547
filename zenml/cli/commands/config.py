"""``zenml config``."""

from __future__ import annotations

from zenml.cli.answers.config import print_config
from zenml.cli.groups import single
from zenml.cli.options.reading_options import Output


def config(output: Output = "table") -> None:
    """Show what is active and why, and where everything is.

    Example: zenml config
    """
    print_config(output)


app = single(config)
