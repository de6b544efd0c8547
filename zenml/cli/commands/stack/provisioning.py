"""``zenml stack up`` and ``down``."""

from __future__ import annotations

from zenml.cli.answers.provisioning import down, up
from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.groups import Group
from zenml.cli.options.declared import Option
from zenml.cli.options.writing_options import writing
from zenml.cli.screen.notices import STACK
from zenml.domain.annotations import Annotated
from zenml.ledger.meant import Target, about

Force = Annotated[bool, Option("--force", "-f", help="Also remove what was made for it, if it is still empty")]
Yes = Annotated[bool, Option("--yes", "-y", help="For scripts; nothing is ever asked")]


def add_to(app: Group) -> None:
    """Adds the commands to the group of those for stacks."""
    app.command("up")(stack_up)
    app.command("down")(stack_down)


@writing
def stack_up(run: WriteCommand) -> None:
    """Check and prepare what the active stack needs.

    Folders and files that are missing are made; servers are asked whether they answer.

    Example: zenml stack up
    """
    opened = run.repository(uses=STACK)
    stack = opened.describe_stack()
    with about(Target("provision", "stack", stack.name)):
        up(run, opened, stack.components, f"Provisioning resources for active stack '{stack.name}'.")


@writing
def stack_down(run: WriteCommand, force: Force = False, yes: Yes = False) -> None:
    """Stop what runs here for the active stack.

    With --force, what `stack up` made is removed too, if it is empty and nobody else uses it.

    Example: zenml stack down
    """
    opened = run.repository(uses=STACK)
    stack = opened.describe_stack()
    verb = "Deprovisioning" if force else "Suspending"
    title = f"{verb} resources for active stack '{stack.name}'."
    with about(Target("deprovision" if force else "suspend", "stack", stack.name)):
        down(run, opened, stack.components, title, force=force, yes=yes)
