"""How commands and groups of commands are declared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup


class Commands(TyperGroup):
    """Knows ``help`` as people type it, and suggests a command for a word that is not one of its commands.

    Attributes:
        ANSWERS: Whether it is a command itself where no command follows.
    """

    ANSWERS: ClassVar[bool] = False

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Finds the command that the first word names.

        Raises:
            MisusedError: No command has this name.
        """
        if args[0] == "help" and not ctx.resilient_parsing:
            args = [*args[1:], "--help"]
            if len(args) == 1:
                typer.echo(ctx.get_help())
                raise typer.Exit
        is_command = args[0].startswith("-") or self.get_command(ctx, args[0]) is not None
        if not is_command and not ctx.resilient_parsing:
            from zenml.cli.mistakes.misuse import unknown_command

            raise unknown_command(ctx, args)
        return super().resolve_command(ctx, args)


def group(help_text: str, **settings: Any) -> typer.Typer:
    """Returns an empty group of commands that shows its help when no command follows."""
    settings.setdefault("cls", Commands)
    commands = typer.Typer(help=help_text, add_completion=False, rich_markup_mode=None, **settings)

    @commands.callback(invoke_without_command=True)
    def show_help(ctx: typer.Context) -> None:
        if ctx.invoked_subcommand is None:
            typer.echo(ctx.get_help())

    show_help.__doc__ = help_text
    return commands


def help_with_example(what: str, line: str) -> str:
    r"""Returns the help of a command; ``\b`` keeps the parser from breaking the line that people copy."""
    return f"{what}.\n\n\b\nExample: {line}"


def single(run: Callable[..., None], **settings: Any) -> typer.Typer:
    """Returns a command that belongs to no group."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(**settings)(run)
    return app
