"""``zenml version``."""

from __future__ import annotations

import typer

from zenml.cli.groups import single
from zenml.cli.version import text


def version() -> None:
    """Print the version."""
    typer.echo(text())


app = single(version)
