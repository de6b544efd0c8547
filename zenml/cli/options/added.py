"""Giving a command more options than its function spells out."""

from __future__ import annotations

from zenml.cli.options.declared import DeclaredFunction, parameters_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from zenml.cli.options.declared import DeclaredParameter


def with_options(
    run: Callable[..., None],
    options: Callable[[tuple[DeclaredParameter, ...]], Iterable[DeclaredParameter]],
    call: Callable[[dict[str, Any]], None],
) -> DeclaredFunction:
    """Returns a command function that takes options in place of the parameter that is not declared as one.

    Args:
        run: The function whose other parameters stay.
        options: Returns what is added, for the parameters that stay; asked when the command is.
        call: Receives all values by name when the command runs.
    """

    def declared() -> tuple[DeclaredParameter, ...]:
        kept = parameters_of(run)
        return (*kept, *options(kept))

    return DeclaredFunction(run, call, declared)
