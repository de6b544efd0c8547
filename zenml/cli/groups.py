"""How commands and groups of commands are declared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer


def group(help_text: str, **settings: Any) -> typer.Typer:
    """Returns an empty group of commands that shows its help when nothing more is said."""
    made = typer.Typer(help=help_text, add_completion=False, rich_markup_mode=None, **settings)

    @made.callback(invoke_without_command=True)
    def show_help(ctx: typer.Context) -> None:
        if ctx.invoked_subcommand is None:
            typer.echo(ctx.get_help())

    show_help.__doc__ = help_text
    return made


def described(what: str, line: str) -> str:
    r"""Returns the help of a command; ``\b`` keeps the parser from breaking the line that is to be copied."""
    return f"{what}.\n\n\b\nExample: {line}"


def single(run: Callable[..., None], **settings: Any) -> typer.Typer:
    """Returns a command that stands at the top by itself."""
    made = typer.Typer(add_completion=False, rich_markup_mode=None)
    made.command(**settings)(run)
    return made
