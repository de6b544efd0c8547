"""From what commands declare to what the parser takes: typer is the authority on help and on mistakes."""

from __future__ import annotations

import inspect
from collections import namedtuple
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup

from zenml.cli.groups import Command, Group
from zenml.cli.options.declared import REQUIRED, Argument, DeclaredParameter, Option, TypedSoFar


@cache  # the parser asks for each more than once, and to describe one takes a while
def parsed(entry: Command | Group) -> Any:
    """Returns a command or a group as the parser has it; the commands of a group follow when asked for."""
    if isinstance(entry, Group):
        return typer.main.get_command(_group(entry))
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    _add(app, entry)
    return typer.main.get_command(app)


class CompletionItem(namedtuple("CompletionItem", "value help type", defaults=(None, "plain"))):
    """Something that could be typed, for the parser, whose own class for that is not public.

    The shells' scripts look at these attributes and at nothing else.

    Attributes:
        value: The text.
        help: A few words about it; None for nothing.
        type: What shells are to make of it: a text as it is.
    """

    __slots__ = ()
    value: str
    help: str | None
    type: str


class Commands(TyperGroup):
    """Knows ``help`` as people type it, and suggests a command for a word that is not one of its commands.

    Attributes:
        DECLARED: What it is made of; None of the whole program.
    """

    DECLARED: ClassVar[Group | None] = None

    @property
    def answers(self) -> bool:
        """Whether it is a command itself where no command follows."""
        return self.DECLARED is not None and self.DECLARED.own is not None

    def list_commands(self, ctx: Any) -> list[str]:
        """Returns the names of its commands."""
        return [] if self.DECLARED is None else self.DECLARED.names()

    def declared(self, name: str) -> Command | Group | None:
        """Returns what is declared under a name; None if nothing is."""
        return None if self.DECLARED is None else self.DECLARED.commands.get(name)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Returns a command, or None if there is none of this name."""
        entry = self.declared(cmd_name)
        if entry is None:
            return None
        command = parsed(entry)
        command.name = cmd_name
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Finds the command that the first word names.

        Raises:
            MisusedError: No command has this name.
        """
        if self.DECLARED is not None and self.DECLARED.meant is not None:
            args = self.DECLARED.meant(args)
        if args[0] == "help" and not ctx.resilient_parsing:
            args = [*args[1:], "--help"]
            if len(args) == 1:
                typer.echo(ctx.get_help())
                raise typer.Exit
        is_command = args[0].startswith("-") or self.get_command(ctx, args[0]) is not None
        if not is_command and not ctx.resilient_parsing:
            from zenml.cli.mistakes.misuse_in_words import unknown_command

            raise unknown_command(ctx, args)
        return super().resolve_command(ctx, args)


def _group(group: Group) -> typer.Typer:
    kind = type("DeclaredCommands", (Commands,), {"DECLARED": group})
    app = typer.Typer(
        cls=kind, help=group.help, subcommand_metavar=group.form, add_completion=False, rich_markup_mode=None
    )
    app.callback(invoke_without_command=True)(_shown_alone(group))
    return app


def _shown_alone(group: Group) -> Callable[..., None]:
    """Returns what a group does where no command follows."""

    def show(ctx: typer.Context, **values: Any) -> None:
        if ctx.invoked_subcommand is not None:
            return
        if group.own is None:
            typer.echo(ctx.get_help())
        else:
            group.own.run(**values)

    _sign(show, () if group.own is None else group.own.parameters, context=True)
    show.__doc__ = group.help
    return show


def _add(app: typer.Typer, command: Command) -> None:
    def run(**values: Any) -> None:
        command.run(**values)

    _sign(run, command.parameters)
    run.__doc__, run.__name__ = command.run.__doc__, command.run.__name__
    settings: dict[str, Any] = {}
    if command.takes_unknown:
        settings = {"allow_extra_args": True, "ignore_unknown_options": True}
    if command.options_first:
        settings = {"allow_interspersed_args": False}
    kind = type("DeclaredCommand", (_OneCommand,), {"DECLARED": command})
    app.command(cls=kind, help=command.help, context_settings=settings or None)(run)


class _OneCommand(TyperCommand):
    """A command, which may take more options than it declares."""

    DECLARED: ClassVar[Command]

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Offers them too."""
        options = super().shell_complete(ctx, incomplete)
        if self.DECLARED.further_options is None or not incomplete.startswith("-"):
            return options
        further = self.DECLARED.further_options(_typed_so_far(ctx))
        return [*(CompletionItem(text) for text in further if text.startswith(incomplete)), *options]


def _sign(run: Callable[..., None], parameters: tuple[DeclaredParameter, ...], *, context: bool = False) -> None:
    """Gives a function the parameters by which the parser calls it."""
    keyword = inspect.Parameter.KEYWORD_ONLY
    signed = [inspect.Parameter("ctx", keyword, annotation=typer.Context)] if context else []
    for parameter in parameters:
        annotation = Annotated[parameter.type, _described(parameter.about)]  # type: ignore[name-defined]
        default = inspect.Parameter.empty if parameter.default is REQUIRED else parameter.default
        signed.append(inspect.Parameter(parameter.name, keyword, annotation=annotation, default=default))
    run.__signature__ = inspect.Signature(signed)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in signed}


def _described(about: Argument) -> Any:
    kind = typer.Option if isinstance(about, Option) else typer.Argument
    return kind(
        *about.names,
        metavar=about.metavar,
        help=about.help,
        hidden=about.hidden,
        min=about.min,
        max=about.max,
        envvar=about.envvar,
        show_envvar=False,
        show_default=about.show_default,
        callback=about.callback,
        autocompletion=_offering(about),
    )


def _offering(about: Argument) -> Any:
    offers = about.autocompletion
    if offers is None:
        return None

    def offer(ctx: typer.Context, incomplete: str) -> Any:
        found = offers(incomplete, _typed_so_far(ctx))
        # descriptions are read as markup: what looks like a tag is plain text
        return [one if isinstance(one, str) else (one[0], one[1].replace("[", r"\[")) for one in found]

    return offer


def _typed_so_far(ctx: Any) -> TypedSoFar:
    return TypedSoFar(tuple(ctx.command_path.split()[1:]), ctx.params)
