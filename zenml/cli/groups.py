"""How commands and groups of commands are declared. Knows no parser."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from zenml.cli.options.declared import DeclaredParameter

    Run = TypeVar("Run", bound=Callable[..., None])


class Command:
    """A command, in a group or by itself.

    Attributes:
        run: The function that does it.
        help: What the help says of it; None for the docstring of its function.
        takes_unknown: Whether options that it does not declare are words like others.
        options_first: Whether all that follows its first word belongs to that word.
        further_options: Further options for the TAB key, for a `TypedSoFar`.
    """

    def __init__(
        self,
        run: Callable[..., None],
        *,
        help: str | None = None,
        takes_unknown: bool = False,
        options_first: bool = False,
        further_options: Callable[[Any], list[str]] | None = None,
    ) -> None:
        self.run = run
        self.help = help
        self.takes_unknown = takes_unknown
        self.options_first = options_first
        self.further_options = further_options
        self._parameters: tuple[DeclaredParameter, ...] | None = None

    @property
    def parameters(self) -> tuple[DeclaredParameter, ...]:
        """What it takes."""
        if self._parameters is None:
            from zenml.cli.options.declared import parameters_of

            self._parameters = parameters_of(self.run)
        return self._parameters


class Group:
    """A group of commands.

    Attributes:
        help: What the help says of it; of one with `own`, the docstring of that function.
        commands: Its commands and groups, by name.
        own: What it does where no command follows; None where it shows its help.
        meant: Turns the words that follow into those that are meant; None where they are.
        form: How the help says what follows; None for the usual.
    """

    def __init__(
        self, help: str = "", *, meant: Callable[[list[str]], list[str]] | None = None, form: str | None = None
    ) -> None:
        self.help = help
        self.commands: dict[str, Command | Group] = {}
        self.own: Command | None = None
        self.meant = meant
        self.form = form

    def command(self, name: str, **about: Any) -> Callable[[Run], Run]:
        """Returns a decorator that makes a function a command of this group; takes what `Command` does."""

        def add(run: Run) -> Run:
            self.commands[name] = Command(run, **about)
            return run

        return add

    def without_command(self, run: Run) -> Run:
        """Makes a function what the group does where no command follows; its docstring is the group's help."""
        self.own = Command(run)
        self.help = run.__doc__ or ""
        return run

    def add(self, name: str, group: Group) -> None:
        """Adds a group."""
        self.commands[name] = group

    def names(self) -> list[str]:
        """Returns the names of its commands, as the help lists them: groups come last."""
        return sorted(self.commands, key=lambda name: isinstance(self.commands[name], Group))


def help_with_example(what: str, line: str) -> str:
    r"""Returns the help of a command; ``\b`` keeps the parser from breaking the line that people copy."""
    return f"{what}.\n\n\b\nExample: {line}"
