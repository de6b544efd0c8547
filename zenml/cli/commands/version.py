"""``zenml version``."""

from __future__ import annotations

import typer

from zenml.cli.app import single
from zenml.cli.version import text


def version() -> None:
    """Print the version."""
    typer.echo(text())


app = single(version)
