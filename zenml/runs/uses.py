"""Which stacks had what, and when: the conditions on runs that concern their configuration."""

from __future__ import annotations

from collections import namedtuple
from contextlib import suppress

from zenml.domain.component_types import reference
from zenml.domain.errors import InvalidValueError
from zenml.domain.missing import missing_component, missing_stack
from zenml.domain.suggestions import did_you_mean
from zenml.domain.typed_names import component_named
from zenml.projections.components import COMPONENTS
from zenml.projections.runs import spans
from zenml.projections.stacks import STACKS
from zenml.projections.timeline.filters import ids_named, names_ever

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from zenml.projections.database import Database
    from zenml.projections.runs.spans import Spans

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


def configured(
    database: Database,
    ledger_id: str,
    stack: str | None = None,
    component: tuple[str, str] | None = None,
    uses: Mapping[str, Any] | None = None,
) -> Spans | None:
    """Returns which stacks were as it is asked for, and as of which positions; None if all are wanted.

    Args:
        database: The views.
        ledger_id: The profile's ledger.
        stack: The stacks that have or had this name, or the one of this id.
        component: Type and name of a component that the stack had then, whatever that was called then.
        uses: Values of parameters, `ANY` for whatever value; all of them.

    Raises:
        NotFoundError: There never was such a stack or component.
        InvalidValueError: No component ever had such a parameter, or it is a secret, which is not compared.
    """
    asked: list[Spans] = []
    if stack is not None:
        asked.append(spans.always(_stacks(database, ledger_id, stack)))
    if component is not None:
        asked.append(spans.with_components(database, ledger_id, _components(database, ledger_id, *component)))
    asked += [_using(database, ledger_id, read(name), value) for name, value in (uses or {}).items()]
    return spans.in_all(asked) if asked else None


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


def means(value: Any) -> Callable[[dict[str, Any]], bool]:
    """Returns what tells whether a setting, as an event has it, is a value; a secret never is.

    A text also means the value that it is as JSON: ``4`` is typed for a number and for a text.
    """
    from zenml.evidence import canonical
    from zenml.files.plain_json import load

    texts = {canonical.text(value)}
    if isinstance(value, str):
        with suppress(ValueError, RecursionError):
            texts.add(canonical.text(load(value)))
    return lambda setting: "key_id" not in setting and setting.get("v") in texts


def _using(database: Database, ledger_id: str, used: UsedParameter, value: Any) -> Spans:
    component_ids = _components(database, ledger_id, *used.component) if used.component else None
    ever = [
        setting
        for component_id, setting in spans.settings_ever(database, ledger_id, used.parameter)
        if component_ids is None or component_id in component_ids
    ]
    if not ever:
        names = spans.parameters_ever(database, ledger_id)
        message = f"No component ever had a parameter '{used.parameter}'."
        if used.component is not None:
            message = f"{reference(*used.component)} never had a parameter '{used.parameter}'."
        raise InvalidValueError(message, did_you_mean(used.parameter, names))
    if value is not ANY and all("key_id" in setting for setting in ever):
        name = reference(*used.component) + "." if used.component else ""
        raise InvalidValueError(
            f"Parameter '{used.parameter}' is a secret, and secrets are not compared.",
            code="secret_not_compared",
            parameter=f"{name}{used.parameter}",
        )
    wanted = means(value) if value is not ANY else lambda setting: True
    return spans.with_parameter(database, ledger_id, used.parameter, wanted, component_ids)


def _stacks(database: Database, ledger_id: str, name: str) -> list[str]:
    stack_ids = ids_named(database, STACKS, ledger_id, name)
    if not stack_ids and spans.is_stack(database, ledger_id, name):
        return [name]
    if not stack_ids:
        raise missing_stack(name, names_ever(database, STACKS, ledger_id))
    return stack_ids


def _components(database: Database, ledger_id: str, component_type: str, name: str) -> set[str]:
    component_ids = ids_named(database, COMPONENTS, ledger_id, name, component_type)
    if not component_ids:
        raise missing_component(component_type, name, names_ever(database, COMPONENTS, ledger_id, component_type))
    return set(component_ids)
