"""Which stacks had what, and when: the conditions on runs that concern their configuration."""

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
from zenml.projections.runs.configured import Configured
from zenml.projections.runs.used import Used, is_known, is_secret, parameters_ever
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


class UsedThings(namedtuple("UsedThings", "stack component values", defaults=(None, None, {}))):
    """What the stack of a run shall be, or have had; all of it.

    Attributes:
        stack: The stacks that have or had this name, or the one of this id.
        component: Type and name of a component that the stack had then, whatever that was called then.
        values: Values of parameters, `ANY` for whatever value.
    """

    __slots__ = ()
    stack: str | None
    component: tuple[str, str] | None
    values: Mapping[str, Any]


def wanted_configuration(database: Database, ledger_id: str, things: UsedThings) -> Configured:
    """Returns what tells which runs are on stacks that were as it is asked for.

    Args:
        database: The views.
        ledger_id: The profile's ledger.
        things: What is asked for.

    Raises:
        NotFoundError: There never was such a stack or component.
        InvalidValueError: No component ever had such a parameter, or it is a secret, which is not compared.
    """
    stack_ids = _stacks(database, ledger_id, things.stack) if things.stack is not None else None
    used = []
    if things.component is not None:
        used.append(_component(database, ledger_id, things.component))
    used += [_value(database, ledger_id, read(name), value) for name, value in things.values.items()]
    return Configured(database, ledger_id, stack_ids, used)


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


def _component(database: Database, ledger_id: str, component: tuple[str, str]) -> Used:
    component_type, name = component
    component_ids = ids_named(database, COMPONENTS, ledger_id, name, component_type)
    if not component_ids:
        raise missing_component(component_type, name, names_ever(database, COMPONENTS, ledger_id, component_type))
    return Used(component_type, frozenset(component_ids))


def _value(database: Database, ledger_id: str, named: UsedParameter, value: Any) -> Used:
    """Returns that a stack has a value of a parameter."""
    used = Used() if named.component is None else _component(database, ledger_id, named.component)
    used = used._replace(parameter=named.parameter)
    if not is_known(database, ledger_id, used):
        raise _no_parameter(database, ledger_id, named)
    if value is ANY:
        return used
    used = used._replace(texts=texts_of(value))
    if not is_known(database, ledger_id, used) and is_secret(database, ledger_id, used):
        name = f"{reference(*named.component)}." if named.component else ""
        raise InvalidValueError(
            f"Parameter '{named.parameter}' is a secret, and secrets are not compared.",
            code="secret_not_compared",
            parameter=f"{name}{named.parameter}",
        )
    return used


def _no_parameter(database: Database, ledger_id: str, used: UsedParameter) -> InvalidValueError:
    who = reference(*used.component) if used.component else "No component"
    never = "never" if used.component else "ever"
    near = did_you_mean(used.parameter, parameters_ever(database, ledger_id))
    return InvalidValueError(f"{who} {never} had a parameter '{used.parameter}'.", near)


def _stacks(database: Database, ledger_id: str, name: str) -> list[str]:
    stack_ids = ids_named(database, STACKS, ledger_id, name)
    if not stack_ids and keys_ever(database, STACKS, ledger_id, name):
        return [name]
    if not stack_ids:
        raise missing_stack(name, names_ever(database, STACKS, ledger_id))
    return stack_ids
