"""``zenml stack …``."""

from __future__ import annotations

from typing import Optional

from zenml.cli.answers import stack as answers
from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.asking.terminal import ask_yes_or_no
from zenml.cli.commands.stack import copies, provisioning
from zenml.cli.groups import Group
from zenml.cli.options import kinds
from zenml.cli.options.component_options import with_component_flags, with_component_names
from zenml.cli.options.declared import Option
from zenml.cli.options.reading_options import At, Named
from zenml.cli.options.writing_options import writing
from zenml.cli.screen.notices import PROFILE, STACK, notice
from zenml.domain.annotations import Annotated
from zenml.ledger.meant import Target, about

app = Group("Manage stacks.")
NewName = Annotated[str, kinds.argument("stack", "STACK_NAME", "The stack's name", exists=False)]
Name = Annotated[str, kinds.argument("stack", "STACK_NAME", "The stack's name")]
OptionalName = Annotated[
    Optional[str],  # noqa: UP045 - it is read at run time
    kinds.argument("stack", "[STACK_NAME]", "The stack; the active one by default"),
]
Global = Annotated[bool, Option("--global", "-g", help="Choose for the whole machine, also inside a repository")]


@app.command("register")
@writing
@with_component_names(required=("artifact_store", "orchestrator"))
def register(
    run: WriteCommand,
    name: NewName,
    components: dict[str, str],
    activate: Annotated[bool, Option("--set", help="Also make it the active stack")] = False,
) -> None:
    """Register a stack of components.

    Without a metadata store it gets the profile's default one.

    Example: zenml stack register prod -a s3_store -o kubeflow -m mysql_store
    """
    opened = run.repository()
    change = opened.combine_stack(name, components, activate=activate)
    sentences = [f"Active stack set to: '{name}'"] if activate else []
    run.finish(opened, change, f"Stack '{name}' successfully registered!", *sentences)


@app.command("list")
def list_stacks(output: Named = "table", at: At = None) -> None:
    """List the stacks.

    Example: zenml stack list
    """
    answers.list_all(output, at)


@app.command("get")
def get(output: Named = "table", at: At = None) -> None:
    """Print the active stack.

    Example: zenml stack get
    """
    answers.get(output, at)


@app.command("set")
@writing
def set_active(run: WriteCommand, name: Name, machine_wide: Global = False) -> None:
    """Make a stack the active one.

    Inside a repository, this sets it for the repository only.

    Example: zenml stack set default
    """
    opened = run.repository()
    change = opened.activate_stack(name, machine_wide=machine_wide)
    sentence = f"Active {'global ' if machine_wide else ''}stack set to: '{name}'"
    run.finish(opened, change, sentence, unchanged=sentence)
    if change is None:
        notice(f"Stack '{name}' was already active.")


@app.command("describe")
def describe(name: OptionalName = None, output: Named = "table", at: At = None) -> None:
    """Show the components of a stack.

    Example: zenml stack describe default
    """
    answers.describe(name, output, at)


@app.command("update")
@writing
@with_component_names()
def update(run: WriteCommand, components: dict[str, str], name: OptionalName = None) -> None:
    """Replace or add components of a stack.

    Example: zenml stack update default -a default
    """
    opened = run.repository(uses=STACK if name is None else PROFILE)
    name = opened.active_stack_name if name is None else name
    run.finish(opened, opened.update_stack(name, components), f"Stack `{name}` successfully updated!")


@app.command("remove-component")
@writing
@with_component_flags()
def remove_component(run: WriteCommand, components: list[str], name: OptionalName = None) -> None:
    """Remove optional components from a stack.

    Example: zenml stack remove-component default -c
    """
    opened = run.repository(uses=STACK if name is None else PROFILE)
    name = opened.active_stack_name if name is None else name
    run.finish(opened, opened.update_stack(name, {}, components), f"Stack `{name}` successfully updated!")


@app.command("rename")
@writing
def rename(
    run: WriteCommand,
    name: Annotated[
        str,
        kinds.argument("stack", "CURRENT_STACK_NAME", "The stack's name"),
    ],
    new_name: Annotated[str, kinds.argument("stack", "NEW_STACK_NAME", "Its new name", exists=False)],
) -> None:
    """Rename a stack; it stays active where it is.

    Example: zenml stack rename dev prod
    """
    opened = run.repository(quiet=True)
    change = opened.rename_stack(name, new_name)
    run.finish(opened, change, f"Stack `{name}` successfully renamed as `{new_name}`!")


@app.command("delete")
@writing
def delete(
    run: WriteCommand,
    name: Name,
    yes: Annotated[bool, Option("--yes", "-y", help="Do not ask")] = False,
    force: Annotated[bool, Option("--force", "-f", hidden=True)] = False,
) -> None:
    """Delete a stack that is not active. Its components stay.

    Example: zenml stack delete dev --yes
    """
    opened = run.repository()
    must_ask = not (yes or force or run.dry_run)
    if must_ask:
        with about(Target("delete", "stack", name)):
            run.check(lambda rehearsal: rehearsal.deregister_stack(name))
        warning = f"This will delete stack '{name}' of profile '{opened.active_profile_name}'."
        if not ask_yes_or_no(f"{warning}\nAre you sure you want to proceed?", err=not run.for_people):
            run.finish(opened, None, unchanged="Stack deletion canceled.")
            return
    run.finish(opened, opened.deregister_stack(name), f"Deleted stack '{name}'.")


copies.add_to(app)
provisioning.add_to(app)
