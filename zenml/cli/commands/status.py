"""``zenml status``."""

from __future__ import annotations

from zenml.cli.answers.status import print_status
from zenml.cli.groups import Command
from zenml.cli.options.reading_options import Output


def status(output: Output = "table") -> None:
    """Print the active profile and stack on one line.

    Quick enough for a shell's prompt, and writes nothing.

    Example: zenml status
    """
    print_status(output)


app = Command(status)
