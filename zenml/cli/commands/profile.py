"""``zenml profile …``."""

from __future__ import annotations

import os
from typing import Annotated, Optional

import typer

from zenml.cli import reads
from zenml.cli.explain import explanation
from zenml.cli.groups import group
from zenml.cli.writes import repository
from zenml.repository.urls import STORE_TYPES

app = group("Manage profiles")
Name = Annotated[str, typer.Argument(metavar="NAME", help="The profile's name")]
Global = Annotated[
    bool, typer.Option("--global", "-g", help="Choose for the whole machine, also inside a repository")
]


@app.command("create")
def create(
    name: Name,
    url: Annotated[
        Optional[str],  # noqa: UP045 - the parser reads it at run time
        typer.Option("--url", "-u", help="Keep the profile's files in another folder"),
    ] = None,
    store_type: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--store-type", "-t", "--type", metavar="local|sql|rest", help="Where its ledger lives"),
    ] = None,
) -> None:
    """Create a profile with a default stack.

    Example: zenml profile create staging
    """
    kind = store_type or os.environ.get("ZENML_DEFAULT_STORE_TYPE") or "local"
    if kind not in STORE_TYPES:
        raise typer.BadParameter(f"'{kind}' is not one of {', '.join(STORE_TYPES)}.", param_hint="--store-type")
    repository().create_profile(name, store_type=kind, url=url)
    typer.echo(f"Profile '{name}' successfully created.")


@app.command("list")
def list_profiles() -> None:
    """List the profiles."""
    reads.profile_list()


@app.command("get")
def get() -> None:
    """Print the active profile."""
    reads.profile_get()


@app.command("set")
def set_active(name: Name, machine_wide: Global = False) -> None:
    """Make a profile the active one.

    Inside a repository this is the repository's choice.

    Example: zenml profile set staging
    """
    changed = repository().activate_profile(name, machine_wide=machine_wide)
    scope = "global profile" if machine_wide else "profile"
    typer.echo(f"Active {scope} changed to: '{name}'" if changed else f"Profile '{name}' is already active.")


@app.command("describe")
def describe(
    name: Annotated[str | None, typer.Argument(help="The profile; the active one if none is named")] = None,
) -> None:
    """Show everything about a profile."""
    reads.profile_describe(name)


@app.command("delete")
def delete(name: Name) -> None:
    """Delete a profile that is not active.

    Its ledger stays, so that this can be undone.
    """
    repository().delete_profile(name)
    typer.echo(f"Deleted profile '{name}'.")


@app.command("explain")
def explain() -> None:
    """Explain profiles, repositories and what is active."""
    typer.echo(explanation("profile"), nl=False)
