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
from zenml.projections.runs import spans
from zenml.projections.stacks import STACKS
from zenml.projections.timeline.filters import ids_named, names_ever

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from zenml.projections.database import Database
    from zenml.projections.runs.spans import Ranges, Spans

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


def configured(database: Database, ledger_id: str, wanted: UsedThings, stack_ids: Iterable[str]) -> Spans:
    """Returns which stacks were as it is asked for, and as of which positions.

    Args:
        database: The views.
        ledger_id: The profile's ledger.
        wanted: What is asked for.
        stack_ids: The stacks that anything ever ran on.

    Raises:
        NotFoundError: There never was such a stack or component.
        InvalidValueError: No component ever had such a parameter, or it is a secret, which is not compared.
    """
    stack_ids = list(stack_ids)
    asked = [spans.always(stack_ids)]
    if wanted.stack is not None:
        asked.append(spans.always(_stacks(database, ledger_id, wanted.stack)))
    if wanted.component is not None:
        component_ids = _components(database, ledger_id, *wanted.component)
        asked.append(spans.with_components(database, ledger_id, component_ids, stack_ids))
    for name, value in wanted.values.items():
        asked.append(spans.with_any(database, ledger_id, _had(database, ledger_id, read(name), value), stack_ids))
    return spans.in_all(asked)


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


def means(value: Any) -> Callable[[str], bool]:
    """Returns what tells whether a setting, as a view holds it, is a value; a secret never is.

    A text also means the value that it is as JSON: ``4`` is typed for a number and for a text.
    """
    from zenml.evidence import canonical

    texts = {canonical.text(value)}
    if isinstance(value, str):
        with suppress(ValueError, RecursionError):
            texts.add(canonical.text(load(value)))
    # as it stands in the setting's JSON: most are told apart without reading that
    quoted = [text.replace("\\", "\\\\").replace('"', '\\"') for text in texts]

    def is_it(setting: str) -> bool:
        return any(text in setting for text in quoted) and _plain_text(setting) in texts

    return is_it


def _plain_text(setting: str) -> str | None:
    """Returns the JSON text of a value; None for a secret, or what was redacted."""
    fields = load(setting)
    return None if "key_id" in fields else fields.get("v")


def _is_secret(setting: str) -> bool:
    return "key_id" in load(setting)


def _had(database: Database, ledger_id: str, used: UsedParameter, value: Any) -> dict[str, Ranges]:
    """Returns when components had a value of a parameter, by their ids."""
    component_ids = _components(database, ledger_id, *used.component) if used.component else None
    ever = spans.values_ever(database, ledger_id, used.parameter, component_ids)
    if not ever:
        raise _no_parameter(database, ledger_id, used)
    is_wanted = means(value) if value is not ANY else lambda setting: True
    had: dict[str, Ranges] = {}
    for component_id, setting, first, end in ever:
        if is_wanted(setting):
            had.setdefault(component_id, []).append((first, end))
    if not had and all(_is_secret(setting) for _, setting, *_ in ever):
        name = f"{reference(*used.component)}." if used.component else ""
        raise InvalidValueError(
            f"Parameter '{used.parameter}' is a secret, and secrets are not compared.",
            code="secret_not_compared",
            parameter=f"{name}{used.parameter}",
        )
    return {component_id: spans.in_order(ranges) for component_id, ranges in had.items()}


def _no_parameter(database: Database, ledger_id: str, used: UsedParameter) -> InvalidValueError:
    who = reference(*used.component) if used.component else "No component"
    never = "never" if used.component else "ever"
    near = did_you_mean(used.parameter, spans.parameters_ever(database, ledger_id))
    return InvalidValueError(f"{who} {never} had a parameter '{used.parameter}'.", near)


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
