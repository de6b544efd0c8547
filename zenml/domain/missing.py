"""The errors for names that are not known: the same words wherever a name is looked up.

Commands that only read use these too: nothing here imports more than they can afford.
"""

from __future__ import annotations

from zenml.domain.component_types import display
from zenml.domain.errors import (
    InvalidValueError,
    ProfileNotFoundError,
    StackComponentNotFoundError,
    StackNotFoundError,
)
from zenml.domain.suggestions import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def missing_component(
    component_type: str, name: str, known: list[str], at: str | None = None
) -> StackComponentNotFoundError:
    """Returns the error that there is no such component; with ``at``, a change, that there was none then."""
    message = f"{display(component_type).capitalize()} '{_line(name)}' {_exists(at)}."
    near = did_you_mean(name, known)
    return StackComponentNotFoundError(message, near, component_type=component_type, name=name, at=at)


def missing_stack(name: str, known: list[str], at: str | None = None) -> StackNotFoundError:
    """Returns the error that there is no stack of this name; with ``at``, a change, that there was none then."""
    return StackNotFoundError(f"Stack '{_line(name)}' {_exists(at)}.", did_you_mean(name, known), name=name, at=at)


def missing_profile(
    name: str, known: list[str], at: str | None = None, renamed: str | None = None
) -> ProfileNotFoundError:
    """Returns the error that there is no profile of this name; with ``at``, a change, that there was none then.

    Args:
        name: The name.
        known: The names that profiles have, or had then.
        at: The change after which it is looked for; None for now.
        renamed: The name that the profile has, or had then, which has this name at another time.
    """
    hint = did_you_mean(name, known)
    if renamed is not None:
        called = "is called" if at is None else "was called"
        hint = f"It {called} '{_line(renamed)}' {'now' if at is None else 'then'}."
    return ProfileNotFoundError(f"Profile '{_line(name)}' {_exists(at)}.", hint, name=name, at=at)


def missing_thing(
    message: str, missing: tuple[str, str, str], known: Iterable[tuple[str, ...]]
) -> InvalidValueError:
    """Returns the error that a stack or a component, given by kind, type and name, is not among those known."""
    kind, component_type, name = missing
    names = sorted({other for *of, other in known if of == [kind, component_type]})
    noun = "stack" if kind == "stack" else component_type
    return InvalidValueError(message, did_you_mean(name, names), code="thing_not_found", noun=noun)


def _exists(at: str | None) -> str:
    return "does not exist" if at is None else "did not exist then"


def _line(name: str) -> str:
    """Returns a name in one line: nobody shall write sentences of ours."""
    return name.replace("\n", "\\n")
