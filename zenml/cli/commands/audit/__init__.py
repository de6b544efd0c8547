"""``zenml audit …``."""

from __future__ import annotations

from zenml.cli.commands.audit import anchor
from zenml.cli.commands.audit.bundle import bundle
from zenml.cli.commands.audit.check import check
from zenml.cli.commands.audit.checkpoint import checkpoint
from zenml.cli.commands.audit.export import export, import_
from zenml.cli.commands.audit.key import app as key_app
from zenml.cli.commands.audit.key import origin
from zenml.cli.commands.audit.proof import proof
from zenml.cli.commands.audit.redact import redact
from zenml.cli.commands.audit.report import report
from zenml.cli.commands.audit.verify import verify
from zenml.cli.groups import Group

app = Group("Verify, sign, prove, redact, report on and export the record.")
app.command("verify")(verify)
app.command("checkpoint")(checkpoint)
app.command("proof")(proof)
app.command("bundle")(bundle)
app.command("check")(check)
app.add("anchor", anchor.app)
app.add("key", key_app)
app.command("origin")(origin)
app.command("export")(export)
app.command("import")(import_)
app.command("report")(report)
app.command("redact")(redact)
