"""The command tree. A group of commands is loaded when it is named."""

from __future__ import annotations

import os
import textwrap
from functools import cache
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import zenml
from zenml.cli.groups import Commands
from zenml.cli.mistakes.failures import report_misuse, report_no_answer
from zenml.cli.options.completion_item import CompletionItem
from zenml.cli.sections import ALIASES, COMPONENTS, HELP, SECTIONS
from zenml.domain.errors import INTERRUPTED
from zenml.paths import home_directory


class LazyGroup(Commands):
    """Knows its commands by name and loads the module of the one that is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Returns the names of all commands."""
        return list(HELP)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Returns a command, or None if there is none of this name."""
        return _loaded(cmd_name) if ALIASES.get(cmd_name, cmd_name) in HELP else None

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Offers all commands, without loading them."""
        commands = [CompletionItem(name, help=text) for name, text in HELP.items() if name.startswith(incomplete)]
        return [*commands, *super(TyperGroup, self).shell_complete(ctx, incomplete)]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Writes all commands on one screen, without loading them."""
        formatter.write(f"Usage: {ctx.command_path} [OPTIONS] COMMAND [ARGS]...\n{self.help}\n")
        for title, section in SECTIONS.items():
            formatter.write(f"{title}:\n")
            lines = [", ".join(section)] if section is COMPONENTS else _section_lines(section)
            formatter.write("".join(_wrap_line(line, formatter.width) for line in lines))
        options = [word for parameter in self.get_params(ctx) for word in parameter.opts if word.startswith("--")]
        formatter.write(f"Options: {', '.join(options)}\n")


@cache  # the parser asks for each more than once, and to describe all commands of a group takes a while
def _loaded(name: str) -> Any:
    if name in COMPONENTS:
        from zenml.cli.commands.component import build

        group = build(name.replace("-", "_"))
    else:
        group = import_module(f"zenml.cli.commands.{ALIASES.get(name, name)}").app
    command = typer.main.get_command(group)
    command.name = name
    return command


def _section_lines(section: dict[str, str]) -> list[str]:
    names: dict[str, list[str]] = {}
    for name, text in section.items():
        names.setdefault(text, []).append(name)
    return [f"{', '.join(sharing):<20}  {text}" for text, sharing in names.items()]


def _wrap_line(line: str, width: int) -> str:
    return textwrap.indent(textwrap.fill(line, max(20, width - 2), break_on_hyphens=False), "  ") + "\n"


app = typer.Typer(
    cls=LazyGroup,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"zenml, version {zenml.__version__}")
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
    except typer.Abort as error:
        return report_no_answer(error)
    except Exception as error:
        code = report_misuse(error, words, typer.main.get_command(app))
        if code is None:
            raise
        return code
    if result == INTERRUPTED:
        raise KeyboardInterrupt  # the parser keeps an interrupt to itself
    return result if isinstance(result, int) else 0
