"""``zenml stack …``."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from zenml.cli import reads
from zenml.cli.component_options import with_component_flags, with_component_names
from zenml.cli.groups import group
from zenml.cli.writes import nothing_to_do, repository

app = group("Manage stacks")
Name = Annotated[str, typer.Argument(metavar="STACK_NAME", help="The stack's name")]
OptionalName = Annotated[
    Optional[str],  # noqa: UP045 - the parser reads it at run time
    typer.Argument(metavar="[STACK_NAME]", help="The stack; the active one if none is named"),
]
Global = Annotated[
    bool, typer.Option("--global", "-g", help="Choose for the whole machine, also inside a repository")
]


@app.command("register")
@with_component_names(required=("artifact_store", "orchestrator"))
def register(
    name: Name,
    components: dict[str, str],
    activate: Annotated[bool, typer.Option("--set", help="Make it the active stack at once")] = False,
) -> None:
    """Register a stack of components.

    Without a metadata store it gets the profile's default one.

    Example: zenml stack register prod -a s3_store -o kubeflow -m mysql_store
    """
    repository().combine_stack(name, components, activate=activate)
    typer.echo(f"Stack '{name}' successfully registered!")
    if activate:
        typer.echo(f"Active stack set to: '{name}'")


@app.command("list")
def list_stacks() -> None:
    """List the stacks."""
    reads.stack_list()


@app.command("get")
def get() -> None:
    """Print the active stack."""
    reads.stack_get()


@app.command("set")
def set_active(name: Name, machine_wide: Global = False) -> None:
    """Make a stack the active one.

    Inside a repository this is the repository's choice.

    Example: zenml stack set default
    """
    if not repository().activate_stack(name, machine_wide=machine_wide):
        nothing_to_do()
    typer.echo(f"Active {'global ' if machine_wide else ''}stack set to: '{name}'")


@app.command("describe")
def describe(name: OptionalName = None) -> None:
    """Show the components of a stack."""
    reads.stack_describe(name)


@app.command("update")
@with_component_names()
def update(components: dict[str, str], name: OptionalName = None) -> None:
    """Exchange or add components of a stack.

    Example: zenml stack update default -a default
    """
    opened = repository()
    name = name or opened.active_stack_name
    if not opened.update_stack(name, components):
        nothing_to_do()
        return
    typer.echo(f"Stack `{name}` successfully updated!")


@app.command("remove-component")
@with_component_flags()
def remove_component(components: list[str], name: OptionalName = None) -> None:
    """Take optional components out of a stack.

    Example: zenml stack remove-component default -c
    """
    opened = repository()
    name = name or opened.active_stack_name
    if not opened.update_stack(name, {}, components):
        nothing_to_do()
        return
    typer.echo(f"Stack `{name}` successfully updated!")


@app.command("rename")
def rename(
    name: Annotated[str, typer.Argument(metavar="CURRENT_STACK_NAME", help="The stack's name")],
    new_name: Annotated[str, typer.Argument(metavar="NEW_STACK_NAME", help="Its new name")],
) -> None:
    """Rename a stack; it stays active where it is."""
    if not repository(quiet=True).rename_stack(name, new_name):
        nothing_to_do()
        return
    typer.echo(f"Stack `{name}` successfully renamed as `{new_name}`!")


@app.command("delete")
def delete(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask")] = False,
    force: Annotated[bool, typer.Option("--force", "-f", hidden=True)] = False,
) -> None:
    """Delete a stack that is not active. Its components stay."""
    opened = repository()
    opened.describe_stack(name)  # nobody is asked about a stack that does not exist
    question = f"This will delete stack '{name}' from your repository. \nAre you sure you want to proceed?"
    if not (yes or force) and not typer.confirm(question):
        typer.echo("Stack deletion canceled.")
        return
    opened.deregister_stack(name)
    typer.echo(f"Deleted stack '{name}'.")
