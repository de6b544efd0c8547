"""``zenml export``."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from zenml.cli.groups import single
from zenml.cli.looking import looking
from zenml.cli.notices import announce
from zenml.cli.reading_options import At
from zenml.documents.written import write_text
from zenml.domain.visible import visible


def export(
    out: Annotated[
        Optional[str],  # noqa: UP045 - the parser reads it at run time
        typer.Option("--out", metavar="FILE", help="Write to a file instead"),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file if it is there")] = False,
    at: At = None,
) -> None:
    """Print the active profile as YAML, for `zenml apply` and `zenml profile import`.

    Secrets are starred out: where the profile is, they stay as they are when the file is applied.

    Example: zenml export --out stacks.yaml
    """
    from zenml.repository.exports import profile_export

    repository = looking(at)
    with repository.reading() as now:
        announce(repository, now)
        text = profile_export(now)
    if out is None:
        print(text, end="")
        return
    write_text(out, text, overwrite=overwrite)
    print(visible(f"Exported profile '{repository.active_profile_name}' to file '{out}'."))


app = single(export)
