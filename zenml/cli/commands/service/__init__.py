"""``zenml service …``."""

from __future__ import annotations

from zenml.cli.commands.service import token
from zenml.cli.groups import group

app = group("Make and revoke the tokens of the service.")
app.add_typer(token.app, name="token")
