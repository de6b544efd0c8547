"""``zenml runs …``."""

from __future__ import annotations

from zenml.cli.commands.runs.close import close
from zenml.cli.commands.runs.diff import diff
from zenml.cli.commands.runs.export import export
from zenml.cli.commands.runs.list import list_runs
from zenml.cli.commands.runs.note import note
from zenml.cli.commands.runs.show import show
from zenml.cli.groups import Group

app = Group("Look back at what ran: with which configuration, and how it ended.")
app.command("list")(list_runs)
app.command("show")(show)
app.command("diff")(diff)
app.command("export")(export)
app.command("close")(close)
app.command("note")(note)
