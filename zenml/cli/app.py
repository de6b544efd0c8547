"""The command tree. A group of commands is loaded when it is named."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import zenml
from zenml.cli.failures import INTERRUPTED, misused, unanswered
from zenml.domain.component_types import COMPONENT_TYPES, command, plural
from zenml.domain.suggestions import did_you_mean

COMPONENTS = {
    command(component_type): f"Manage {plural(component_type)}" for component_type in sorted(COMPONENT_TYPES)
}
MANAGEMENT = {
    "init": "Make a folder a repository with a choice of its own",
    "profile": "Manage profiles",
    "stack": "Manage stacks",
    "version": "Print the version",
}
RECORD = {
    "audit": "Check the record",
    "history": "Show what was changed, when and by whom",
    "ledger": "Look after the ledger",
    "redo": "Bring back what was undone",
    "show": "Show one change, before and after",
    "undo": "Undo your newest change, or the ones that are named",
}
SECTIONS = {"Stack components": COMPONENTS, "Management": MANAGEMENT, "Record": RECORD}
HELP = {name: text for section in SECTIONS.values() for name, text in section.items()}
"""Every command and group at the top, with its line in the help."""


class LazyGroup(TyperGroup):
    """Knows its commands by name and loads the module of the one that is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Returns the names of all commands."""
        return list(HELP)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Returns a command, or None if there is none of this name."""
        if cmd_name not in HELP:
            return None
        if cmd_name in COMPONENTS:
            from zenml.cli.component import build

            group = build(cmd_name.replace("-", "_"))
        else:
            group = import_module(f"zenml.cli.commands.{cmd_name}").app
        loaded = typer.main.get_command(group)
        loaded.name = cmd_name
        return loaded

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Finds the command that the first word names; says what was meant if there is none."""
        if args[0] not in HELP and not args[0].startswith("-"):
            ctx.fail(f"No such command '{args[0]}'. {did_you_mean(args[0], list(HELP))}".rstrip())
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Writes the help of all commands without loading them."""
        for title, section in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(list(section.items()))


app = typer.Typer(cls=LazyGroup, rich_markup_mode=None, pretty_exceptions_enable=False)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"zenml, version {zenml.__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    ctx: typer.Context,
    _version: Annotated[
        bool,
        typer.Option("--version", "-v", help="Print the version", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    """Profiles, stack components and stacks for machine-learning pipelines, with history and undo."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


def run(words: list[str]) -> int:
    """Parses the words of a command line, runs the command and returns the exit code."""
    try:
        result = app(words, prog_name="zenml", standalone_mode=False)
    except typer.Abort as error:
        return unanswered(error)
    except Exception as error:
        code = misused(error)
        if code is None:
            raise
        return code
    if result == INTERRUPTED:
        raise KeyboardInterrupt  # the parser keeps an interrupt to itself
    return result if isinstance(result, int) else 0
