"""``zenml version``."""

from __future__ import annotations

from zenml.cli.groups import single
from zenml.cli.version import text


def version() -> None:
    """Print the version.

    Example: zenml version
    """
    print(text())


app = single(version)
