"""How options and arguments are declared, and read off the functions that take them. Knows no parser."""

from __future__ import annotations

from collections import namedtuple
from types import NoneType

from zenml.domain.annotations import Annotated, parts, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

REQUIRED: Any = ...
"""The default of a parameter that has to be given."""

Offer = tuple[str, str]
"""What the TAB key offers: what could be typed, and a few words about it or none."""


class Argument:
    """A word that a command takes by its place; `Option` is one that it takes by its spelling.

    Attributes:
        names: The spellings of an option; an argument has none.
        metavar: What stands for its value in the help.
        help: What it is.
        hidden: Whether the help leaves it out.
        min: The smallest number it may be.
        max: The largest.
        envvar: The variable that says it where it is not typed.
        show_default: Whether the help says what it is by default.
        callback: Checks its value, and returns what the command gets. It may be called twice for the same line, so
            that a second call must not do any more than the first.
        autocompletion: What the TAB key offers for it, for what is typed of it and a `TypedSoFar`.
    """

    names: tuple[str, ...] = ()

    def __init__(
        self,
        *,
        metavar: str | None = None,
        help: str | None = None,
        hidden: bool = False,
        min: int | None = None,
        max: int | None = None,
        envvar: str | None = None,
        show_default: bool = True,
        callback: Callable[[Any], Any] | None = None,
        autocompletion: Callable[[str, TypedSoFar], Any] | None = None,
    ) -> None:
        self.metavar = metavar
        self.help = help
        self.hidden = hidden
        self.min = min
        self.max = max
        self.envvar = envvar
        self.show_default = show_default
        self.callback = callback
        self.autocompletion = autocompletion


class Option(Argument):
    """A word that a command takes by its spelling, with a value behind it unless it is a flag."""

    def __init__(self, *names: str, **about: Any) -> None:
        """Declares an option with these spellings; all else is as for `Argument`."""
        super().__init__(**about)
        self.names = names


class TypedSoFar(namedtuple("TypedSoFar", "path values")):
    """What stands on a command line before the word that is completed.

    Attributes:
        path: The words that name the command.
        values: What its parameters have, by name.
    """

    __slots__ = ()
    path: tuple[str, ...]
    values: dict[str, Any]


class DeclaredParameter(namedtuple("DeclaredParameter", "name type about default", defaults=(REQUIRED,))):
    """What a command's function takes.

    Attributes:
        name: Its name in the function.
        type: Its type, as it is annotated.
        about: How it is declared.
        default: Its value where nothing is typed; `REQUIRED` if something must be.
    """

    __slots__ = ()
    name: str
    type: Any
    about: Argument
    default: Any

    @property
    def is_argument(self) -> bool:
        """Whether it is taken by its place, and not by its spelling."""
        return not self.about.names

    @property
    def is_flag(self) -> bool:
        """Whether it is an option that takes no value."""
        return self.type is bool

    @property
    def is_many(self) -> bool:
        """Whether it can be given several times."""
        return parts(_given(self.type))[0] is list

    @property
    def choices(self) -> tuple[str, ...]:
        """All that it may be; nothing if it may be anything."""
        _, words = parts(_given(self.type))
        return words if all(isinstance(word, str) for word in words) else ()

    @property
    def is_number(self) -> bool:
        """Whether it is a whole number."""
        return _given(self.type) is int


def _given(type: Any) -> Any:
    """Returns the type of what is given, for one that may also be None."""
    _, several = parts(type)
    if NoneType in several:
        (type,) = (one for one in several if one is not NoneType)
    return type


def parameters_of(run: Callable[..., None]) -> tuple[DeclaredParameter, ...]:
    """Returns what a command's function takes, in order; a parameter that is not declared is left out.

    Raises:
        TypeError: A parameter is declared with the `Annotated` of `typing`, which cannot be read here.
    """
    if isinstance(run, DeclaredFunction):
        return run.parameters()
    names = run.__code__.co_varnames[: run.__code__.co_argcount]
    defaults = dict(zip(reversed(names), reversed(run.__defaults__ or ()), strict=False))
    found = []
    for name in names:
        hint = read(run.__annotations__[name], run.__globals__)
        if hasattr(hint, "__metadata__"):
            raise TypeError(
                f"'{name}' of {run.__name__} has the Annotated of typing: import that of zenml.domain.annotations"
            )
        kind, inner = parts(hint)
        if kind is Annotated:
            type, about = inner
            found.append(DeclaredParameter(name, type, about, defaults.get(name, REQUIRED)))
    return tuple(found)


class DeclaredFunction:
    """A command function that takes more, or less, than the function behind it spells out."""

    def __init__(
        self,
        run: Callable[..., None],
        call: Callable[[dict[str, Any]], None],
        parameters: Callable[[], tuple[DeclaredParameter, ...]],
    ) -> None:
        self.__doc__, self.__name__ = run.__doc__, run.__name__
        self._call = call
        self.parameters = parameters

    def __call__(self, **values: Any) -> None:
        """Runs the command with the values of all parameters."""
        self._call(values)
