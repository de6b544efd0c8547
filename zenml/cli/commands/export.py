"""``zenml export``."""

from __future__ import annotations

from zenml.cli.groups import single
from zenml.cli.profile_exports import Out, Overwrite, export_profile
from zenml.cli.reading_options import At


def export(out: Out = None, overwrite: Overwrite = False, at: At = None) -> None:
    """Print the active profile as YAML, for `zenml apply` and `zenml profile import`.

    Secrets are starred out: where the profile is, they stay as they are when the file is applied.

    Example: zenml export --out stacks.yaml
    """
    export_profile(None, out, at, overwrite=overwrite)


app = single(export)
