"""``zenml service …``."""

from __future__ import annotations

from zenml.cli.commands.service import running, token
from zenml.cli.groups import Group

app = Group("Serve a profile to others over HTTP.")
running.add_to(app)
app.add("token", token.app)
