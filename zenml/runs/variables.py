"""What a command that is run finds in its environment."""

from __future__ import annotations

import json

from zenml.active.variables import PROFILE_VARIABLE, STACK_VARIABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from zenml.runs.configuration import Configuration

RUN_VARIABLE = "ZENML_RUN_ID"
"""The id of the run that a process belongs to."""

POINT_VARIABLE = "ZENML_RUN_POINT"
"""As of what it runs: ``ledger@position``."""


def parameter_variable(component_type: str, parameter: str) -> str:
    """Returns the variable of a parameter."""
    return f"ZENML_STACK__{component_type.upper()}__{parameter.upper()}"


def variables(
    run_id: str, configuration: Configuration, secrets: Iterable[tuple[str, str, Any]] = ()
) -> dict[str, str]:
    """Returns the variables of a run: what it is, what is active in it by ids, and its parameters.

    A text is given as it is, anything else as JSON.

    Args:
        run_id: The run.
        configuration: What it runs with.
        secrets: Component type, name and value of each secret that it is to be handed.
    """
    given = {
        RUN_VARIABLE: run_id,
        POINT_VARIABLE: configuration.point,
        PROFILE_VARIABLE: configuration.profile_id,
        STACK_VARIABLE: configuration.stack.stack_id,
    }
    for component_type, parameter, value in (*configuration.plain_parameters(), *secrets):
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        given[parameter_variable(component_type, parameter)] = text
    return given
