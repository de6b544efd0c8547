"""Makes components of what people typed or files hold."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from typing import Any, NoReturn
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from zenml.documents.limits import DEPTH
from zenml.domain.component_types import display
from zenml.domain.errors import InvalidValueError
from zenml.domain.nesting import is_nested_deeper
from zenml.domain.secrecy import without_secrets
from zenml.domain.suggestions import did_you_mean
from zenml.domain.visible import visible
from zenml.flavors.base import Parameter, StackComponent
from zenml.flavors.lookup import SHIPPED, Flavors


class ComponentParametersError(InvalidValueError):
    """The parameters are not those of the flavor. Names them, and never holds their values.

    Attributes:
        problems: One line per problem, ``port: value is not a valid integer``.
        joint: Those of them that several parameters have together.
    """

    in_lines = True

    def __init__(
        self, flavor: type[StackComponent], problems: tuple[str, ...], joint: tuple[str, ...], hint: str
    ) -> None:
        super().__init__(
            f"When you are registering a new {display(flavor.TYPE)} with the flavor `{flavor.FLAVOR}`, "
            "make sure that you are utilizing the right attributes. Current problems:\n\n"
            + "\n".join(map(visible, problems)),
            hint,
        )
        self.problems = problems
        self.joint = joint


def build(
    component_type: str,
    flavor: str,
    name: str,
    uuid: UUID | str | None,
    raw: Mapping[str, Any],
    known: Flavors = SHIPPED,
    kept: Container[str] = (),
) -> StackComponent:
    """Makes a component of any flavor.

    Args:
        component_type: As in `zenml.domain.component_types`.
        flavor: The flavor's name.
        name: The component's name; what may be one is checked elsewhere.
        uuid: Its identity; None draws a new one.
        raw: The parameters: text as typed, ``"3306"``, ``"true"``, JSON for a mapping or a list, or values of
            the right type. None leaves a parameter unset.
        known: The flavors there are.
        kept: Names of parameters that are kept if the flavor does not know them.

    Raises:
        FlavorNotFoundError: There is no such flavor.
        FlavorImportError: Its class cannot be imported here.
        ComponentParametersError: Parameters are missing, unknown or of the wrong form; names all of them.
    """
    return build_from(known.load(component_type, flavor), name, uuid, raw, kept)


def build_from(
    flavor_type: type[StackComponent],
    name: str,
    uuid: UUID | str | None,
    raw: Mapping[str, Any],
    kept: Container[str] = (),
) -> StackComponent:
    """Makes a component of a flavor whose class is at hand; raises `ComponentParametersError` as `build` does."""
    parameters = {parameter.name: parameter for parameter in flavor_type.describe_parameters()}
    given = {key: value for key, value in raw.items() if value is not None}
    left_over = {key: given[key] for key in given if key not in parameters and key in kept}
    unknown = [key for key in given if key not in parameters and key not in left_over]
    values = {key: _typed(value, parameters[key]) for key, value in given.items() if key in parameters}
    identity = {"name": name} if uuid is None else {"name": name, "uuid": uuid}
    problems, joint = [f"{key}: extra fields not permitted" for key in unknown], []
    deep = [
        f"{key}: is nested deeper than {DEPTH} levels" for key in values if is_nested_deeper(values[key], DEPTH)
    ]
    if deep:  # what looks for secrets in problems would not get through
        raise ComponentParametersError(
            flavor_type, (*problems, *deep), (), "Keep it in a file, and register its path."
        )
    try:
        component = flavor_type.model_validate({**identity, **values})
        if not problems:
            return component.with_left_over(left_over)
    except ValidationError as error:
        details = error.errors(include_input=False, include_url=False)
        hidden = flavor_type.hidden_texts(given)
        # a flavor's own words may repeat a secret
        problems += [without_secrets(_format_problem(detail), hidden) for detail in details]
        joint = [without_secrets(_format_problem(detail), hidden) for detail in details if not detail["loc"]]
    except Exception as error:
        if flavor_type.__module__.startswith("zenml."):
            raise
        hidden = flavor_type.hidden_texts(given)  # a class of somebody's own may do anything
        problems.append(without_secrets(f"{flavor_type.__name__} failed: {_failure(error)}", hidden))
    hint = _hint(unknown, tuple(parameters.values()))
    raise ComponentParametersError(flavor_type, tuple(dict.fromkeys(problems)), tuple(joint), hint)


def _typed(value: Any, parameter: Parameter) -> Any:
    """Returns JSON text as what it represents; pydantic converts everything simpler, and refuses the rest."""
    if parameter.type != "JSON" or not isinstance(value, str):
        return value
    try:
        parsed = json.loads(value, parse_constant=_refuse_constant)
        json.dumps(parsed, ensure_ascii=False).encode()  # half a surrogate pair cannot be stored
    except (ValueError, RecursionError):
        return value
    return parsed


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _format_problem(detail: ErrorDetails) -> str:
    """Returns one problem in the words ZenML uses. None of pydantic's own: some quote the value."""
    context = detail.get("ctx", {})
    words = {
        "missing": "field required",
        "int_type": "value is not a valid integer",
        "int_parsing": "value is not a valid integer",
        "int_parsing_size": "value is not a valid integer",
        "int_from_float": "value is not a valid integer",
        "float_type": "value is not a valid number",
        "float_parsing": "value is not a valid number",
        "bool_type": "value could not be parsed to a boolean",
        "bool_parsing": "value could not be parsed to a boolean",
        "string_type": "str type expected",
        "string_unicode": "value is not valid Unicode text",
        "string_too_short": "must not be empty",
        "dict_type": "value is not a valid JSON object",
        "tuple_type": "value is not a valid JSON list",
        "list_type": "value is not a valid JSON list",
        "enum": f"must be one of {context.get('expected')}",
        "literal_error": f"must be one of {context.get('expected')}",
        "greater_than_equal": f"must be at least {context.get('ge')}",
        "less_than_equal": f"must be at most {context.get('le')}",
        "value_error": str(context.get("error")),
    }.get(detail["type"], "value is not valid")
    return f"{detail['loc'][0]}: {words}" if detail["loc"] else words


def _failure(error: Exception) -> str:
    lines = str(error).strip().splitlines()[:1]
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def _hint(unknown: list[str], parameters: tuple[Parameter, ...]) -> str:
    names = [parameter.name for parameter in parameters]
    meant = [guess for name in unknown if (guess := did_you_mean(name, names))]
    if meant:
        return " ".join(meant)
    if not parameters:
        return "This flavor has no attributes."
    listed = [f"{parameter.name} (required)" if parameter.required else parameter.name for parameter in parameters]
    return f"The attributes of this flavor are: {', '.join(listed)}."
