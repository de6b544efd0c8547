"""The conditions on the configuration of runs: names and values of arguments turned into a filter."""

from __future__ import annotations

from collections import namedtuple
from contextlib import suppress

from zenml.domain.component_types import reference
from zenml.domain.errors import InvalidValueError
from zenml.domain.missing import missing_component, missing_stack
from zenml.domain.plain_json import load
from zenml.domain.suggestions import did_you_mean
from zenml.domain.typed_names import component_named
from zenml.projections.components import COMPONENTS
from zenml.projections.runs.component_condition import ComponentCondition, is_known, is_secret, parameters_ever
from zenml.projections.runs.configuration_filter import ConfigurationFilter
from zenml.projections.stacks import STACKS
from zenml.projections.temporal import keys_ever
from zenml.projections.timeline.filters import ids_named, names_ever

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from zenml.projections.database import Database

ANY = None
"""Stands for whatever value a parameter may have."""


class UsedParameter(namedtuple("UsedParameter", "component parameter")):
    """A parameter as somebody names it: ``path``, or ``artifact_store/data.path``.

    Attributes:
        component: Type and name of its component; None for whichever has it.
    """

    __slots__ = ()
    component: tuple[str, str] | None
    parameter: str


class ConfigurationArguments(
    namedtuple("ConfigurationArguments", "stack component values", defaults=(None, None, {}))
):
    """The arguments of `Repository.runs` that concern the configuration; each that is given must hold.

    Attributes:
        stack: A stack that has or had this name, or the one of this id.
        component: Type and name of a component that the stack had then; it may have got the name earlier or later.
        values: By parameter, as `read` takes it, the value that the stack had then; `ANY` for any value.
    """

    __slots__ = ()
    stack: str | None
    component: tuple[str, str] | None
    values: Mapping[str, Any]


def configuration_filter(
    database: Database, ledger_id: str, arguments: ConfigurationArguments
) -> ConfigurationFilter:
    """Returns the filter that arguments mean.

    Args:
        database: The views.
        ledger_id: The profile's ledger.
        arguments: The arguments.

    Raises:
        NotFoundError: There never was such a stack or component.
        InvalidValueError: No component ever had such a parameter, or it is a secret, which is not compared.
    """
    stack_ids = _stacks(database, ledger_id, arguments.stack) if arguments.stack is not None else None
    conditions = []
    if arguments.component is not None:
        conditions.append(_component(database, ledger_id, arguments.component))
    conditions += [_value(database, ledger_id, read(name), value) for name, value in arguments.values.items()]
    return ConfigurationFilter(database, ledger_id, stack_ids, conditions)


def read(name: str) -> UsedParameter:
    """Returns what is meant by ``PARAMETER`` or ``TYPE/NAME.PARAMETER``. Raises `InvalidValueError`."""
    before, slash, after = name.partition("/")
    component, dot, parameter = after.rpartition(".")
    if not slash:
        return UsedParameter(None, name.replace("-", "_"))
    if not dot:
        raise InvalidValueError(
            f"'{name}' names a component and no parameter.", f"Write the parameter after a dot: {name}.PARAMETER."
        )
    return UsedParameter(component_named(f"{before}/{component}"), parameter.replace("-", "_"))


def texts_of(value: Any) -> frozenset[str]:
    """Returns the JSON texts of the values that are meant by one; views have those of settings, but for secrets.

    A text also means the value that it is as JSON: ``4`` is typed for a number and for a text.

    Raises:
        InvalidValueError: No parameter can have such a value.
    """
    from zenml.evidence import canonical

    try:
        texts = {canonical.text(value)}
    except canonical.CanonicalError as error:
        raise InvalidValueError(f"No parameter has such a value: {error}.") from error
    if isinstance(value, str):
        with suppress(ValueError, RecursionError):
            texts.add(canonical.text(load(value)))
    return frozenset(texts)


def _component(database: Database, ledger_id: str, component: tuple[str, str]) -> ComponentCondition:
    component_type, name = component
    component_ids = ids_named(database, COMPONENTS, ledger_id, name, component_type)
    if not component_ids:
        raise missing_component(component_type, name, names_ever(database, COMPONENTS, ledger_id, component_type))
    return ComponentCondition(component_type, frozenset(component_ids))


def _value(database: Database, ledger_id: str, named: UsedParameter, value: Any) -> ComponentCondition:
    """Returns the condition that a parameter has a value."""
    component = named.component
    condition = ComponentCondition() if component is None else _component(database, ledger_id, component)
    condition = condition._replace(parameter=named.parameter)
    if not is_known(database, ledger_id, condition):
        raise _no_parameter(database, ledger_id, named)
    if value is ANY:
        return condition
    condition = condition._replace(texts=texts_of(value))
    if not is_known(database, ledger_id, condition) and is_secret(database, ledger_id, condition):
        name = f"{reference(*component)}." if component else ""
        raise InvalidValueError(
            f"Parameter '{named.parameter}' is a secret, and secrets are not compared.",
            code="secret_not_compared",
            parameter=f"{name}{named.parameter}",
        )
    return condition


def _no_parameter(database: Database, ledger_id: str, named: UsedParameter) -> InvalidValueError:
    who = reference(*named.component) if named.component else "No component"
    never = "never" if named.component else "ever"
    near = did_you_mean(named.parameter, parameters_ever(database, ledger_id))
    return InvalidValueError(f"{who} {never} had a parameter '{named.parameter}'.", near)


def _stacks(database: Database, ledger_id: str, name: str) -> list[str]:
    stack_ids = ids_named(database, STACKS, ledger_id, name)
    if not stack_ids and keys_ever(database, STACKS, ledger_id, name):
        return [name]
    if not stack_ids:
        raise missing_stack(name, names_ever(database, STACKS, ledger_id))
    return stack_ids
