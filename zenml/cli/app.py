"""The long way in: the parser reads the words, helps, and says what is wrong with them."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from zenml.cli.groups import Command, Group
from zenml.cli.mistakes.failures import REFUSED_AS, report_misuse, report_no_answer
from zenml.cli.mistakes.misused import ExitError, NoAnswerError
from zenml.cli.parser import Commands, CompletionItem
from zenml.cli.root_help import text as help_text
from zenml.cli.sections import HELP
from zenml.cli.tree import at_the_top
from zenml.cli.version import line
from zenml.domain.errors import INTERRUPTED
from zenml.paths import home_directory


class AtTheTop(Commands):
    """The commands at the top: known by name, each loaded when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Returns the names of all commands."""
        return list(HELP)

    def declared(self, name: str) -> Command | Group | None:
        """Returns what is declared under a name at the top; None if nothing is."""
        return at_the_top(name)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Offers all commands, without loading them."""
        commands = [CompletionItem(name, help=text) for name, text in HELP.items() if name.startswith(incomplete)]
        return [*commands, *super(TyperGroup, self).shell_complete(ctx, incomplete)]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Writes all commands on one screen, without loading them."""
        formatter.write(help_text(formatter.width))


app = typer.Typer(
    cls=AtTheTop,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        print(line())
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    ctx: typer.Context,
    _version: Annotated[
        bool,
        typer.Option("--version", "-v", "-V", help="Print the version", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    """Stacks for machine-learning pipelines, with a history you can undo."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


def run(words: list[str]) -> int:
    """Parses the words of a command line, runs the command and returns the exit code."""
    if words[:1] == ["--install-completion"]:  # the parser takes HOME as it is, and an empty one for the root
        os.environ["HOME"] = home_directory()
    try:
        result = app(words, prog_name="zenml", standalone_mode=False)
    except Exception as error:
        return end(error, words)
    if result == INTERRUPTED:
        raise KeyboardInterrupt  # the parser keeps an interrupt to itself
    return result if isinstance(result, int) else 0


def end(error: Exception, words: list[str]) -> int:
    """Says how a command ended that did not run to its end, and returns its exit code.

    Raises:
        Exception: The same error, if it is neither the parser's nor one of those that commands end with.
    """
    if isinstance(error, ExitError):
        return error.exit_code
    if isinstance(error, (NoAnswerError, typer.Abort)):
        return report_no_answer(error)
    code = report_misuse(error, words, program())
    if code is None:
        raise error
    return REFUSED_AS.get(words[0], code) if words else code


def program() -> Any:
    """Returns the whole program, as the parser knows it."""
    return typer.main.get_command(app)
