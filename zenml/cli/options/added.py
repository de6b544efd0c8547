"""Giving a command more options than its function spells out."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

Options = dict[str, tuple[Any, Any]]
"""By name: the annotation and the default."""


def with_options(
    run: Callable[..., None], options: Options, call: Callable[[dict[str, Any]], None], instead_of: str
) -> Callable[..., None]:
    """Returns a command function that takes options in place of one parameter.

    Args:
        run: The function whose other parameters stay.
        options: What is added.
        call: Receives all values by name when the command runs.
        instead_of: The parameter that is left out.
    """

    def command_function(**values: Any) -> None:
        call(values)

    signature = inspect.signature(run, eval_str=True)
    kept_parameters = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for parameter in signature.parameters.values()
        if parameter.name != instead_of
    ]
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
        for name, (annotation, default) in options.items()
    ]
    command_function.__signature__ = inspect.Signature([*kept_parameters, *added])  # type: ignore[attr-defined]
    command_function.__annotations__ = {
        parameter.name: parameter.annotation for parameter in (*kept_parameters, *added)
    }
    command_function.__doc__, command_function.__name__ = run.__doc__, run.__name__
    return command_function
