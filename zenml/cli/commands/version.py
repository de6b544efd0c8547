"""``zenml version``."""

from __future__ import annotations

from zenml.cli.groups import Command
from zenml.cli.version import text


def version() -> None:
    """Print the version.

    Example: zenml version
    """
    print(text())


app = Command(version)
