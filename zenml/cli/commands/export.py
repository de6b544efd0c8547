"""``zenml export``."""

from __future__ import annotations

from zenml.cli.answers.export import export_profile
from zenml.cli.groups import Command
from zenml.cli.options.export_options import Out, Overwrite
from zenml.cli.options.reading_options import At


def export(out: Out = None, overwrite: Overwrite = False, at: At = None) -> None:
    """Print the active profile as YAML, for `zenml apply` and `zenml profile import`.

    Secrets are shown as stars. Where the file is applied to the same profile, they stay unchanged.

    Example: zenml export --out stacks.yaml
    """
    export_profile(None, out, at, overwrite=overwrite)


app = Command(export)
