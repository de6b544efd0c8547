"""``zenml version``."""

from __future__ import annotations

import typer

from zenml.cli.groups import single
from zenml.cli.version import text


def version() -> None:
    """Print the version.

    Example: zenml version
    """
    typer.echo(text())


app = single(version)
