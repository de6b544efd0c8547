"""What a command that is run finds in its environment."""

from __future__ import annotations

import os

from zenml.active.variables import POINT_VARIABLE, PROFILE_VARIABLE, RUN_VARIABLE, STACK_VARIABLE
from zenml.domain.plain_json import dump

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from zenml.runs.configuration import Configuration


_PARAMETER = "ZENML_STACK__"


def parameter_variable(component_type: str, parameter: str) -> str:
    """Returns the variable of a parameter."""
    return f"{_PARAMETER}{component_type.upper()}__{parameter.upper()}"


def variables(
    run_id: str | None, configuration: Configuration, secrets: Iterable[tuple[str, str, Any]] = ()
) -> dict[str, str]:
    """Returns the variables of a run: what it is, what is active in it by ids, and its parameters.

    A text is given as it is, anything else as JSON.

    Args:
        run_id: The run; None for one that is not recorded.
        configuration: What it runs with.
        secrets: Component type, name and value of each secret that it is to be handed.
    """
    given = {
        **({RUN_VARIABLE: run_id} if run_id is not None else {}),
        POINT_VARIABLE: configuration.point,
        PROFILE_VARIABLE: configuration.profile_id,
        STACK_VARIABLE: configuration.stack.stack_id,
    }
    for component_type, parameter, value in (*configuration.plain_parameters(), *secrets):
        text = value if isinstance(value, str) else _json(value)
        name = parameter_variable(component_type, parameter)
        if _fits(name, text):
            given[name] = text
    return given


def inherited_from_a_run(environment: Mapping[str, str]) -> list[str]:
    """Returns the variables that a process has from the run that it is a part of, and no other run is to have."""
    return [name for name in environment if name in (RUN_VARIABLE, POINT_VARIABLE) or name.startswith(_PARAMETER)]


def _json(value: Any) -> str:
    if not isinstance(value, (dict, list)):
        return dump(value)
    import json  # here: few parameters are lists or mappings

    return json.dumps(value, ensure_ascii=False)


def _fits(name: str, text: str) -> bool:
    """Tells whether the system takes a variable: a zero ends a text there, and what is no text is no value."""
    try:
        return "=" not in name and "\0" not in name + text and os.fsencode(name + text) is not None
    except UnicodeEncodeError:
        return False
