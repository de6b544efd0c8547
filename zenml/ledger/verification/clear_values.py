"""Values that were recorded in clear before it was known that they are secrets; they are never repeated here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from zenml.domain.component_types import display
from zenml.domain.events import ComponentDeleted, ComponentRegistered, ParameterRemoved, ParameterSet
from zenml.domain.secrecy import is_in_clear
from zenml.projections import components, stored_events
from zenml.projections.database import Database, StorageError

_TOPICS = (ComponentRegistered.TOPIC, ComponentDeleted.TOPIC, ParameterSet.TOPIC, ParameterRemoved.TOPIC)
"""Of the events that hold parameters."""

_NAMED = 20  # values that sentences name one by one

Declared = Callable[[str, str], tuple[frozenset[str], frozenset[str]]]
"""Returns which parameters of a flavor are secret and which are not, given its type and its name."""


class ClearValue(NamedTuple):
    """Where a secret is in the record in clear.

    Attributes:
        ledger_id: The ledger.
        position: The event in it.
        component_type: The type of the component.
        name: The component, as it was called then.
        parameter: The parameter.
    """

    ledger_id: str
    position: int
    component_type: str
    name: str
    parameter: str

    def document(self) -> dict[str, Any]:
        """Returns it as plain values."""
        return {
            "ledger": self.ledger_id,
            "position": self.position,
            "component": {"type": self.component_type, "name": self.name},
            "parameter": self.parameter,
        }


def in_words(values: Sequence[ClearValue]) -> list[str]:
    """Returns sentences that count values recorded in clear and name the first ones; none if there are none."""
    if not values:
        return []
    count = "1 value is" if len(values) == 1 else f"{len(values):,} values are"
    sentences = [
        f"{count} in clear in the record and would be encrypted today: change the password or token itself, and "
        "set the parameter again to encrypt it."
    ]
    sentences += [
        f"'{value.parameter}' of {display(value.component_type)} '{value.name}' is in clear at position "
        f"{value.position} of ledger {value.ledger_id}."
        for value in values[:_NAMED]
    ]
    more = len(values) - _NAMED
    return [*sentences, f"And {more:,} more; -o json names all of them."] if more > 0 else sentences


def clear_values(database: Database, declared: Declared) -> Iterator[ClearValue]:
    """Yields what was recorded in clear and would be encrypted now, in the order of its recording.

    Events that cannot be read are passed over: the verdicts name them.

    Args:
        database: The ledgers, in a transaction for reading.
        declared: What flavors say of their parameters.
    """
    flavors: dict[str, str] = {}  # of components, by id: only some events say it
    try:
        for event in stored_events.events(database, topics=_TOPICS):
            try:
                fields = orjson.loads(event.text)
                yield from _of_event(event.ledger_id, event.position, fields, flavors, declared)
            except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
                continue
    except StorageError:
        return


def clear_values_now(database: Database, declared: Declared) -> Iterator[ClearValue]:
    """Yields the parameters that components have in clear now and that would be encrypted, without reading events.

    Args:
        database: The ledgers, whose views are up to date.
        declared: As `clear_values` takes it.
    """
    for row in components.all_parameters(database):
        secrets, plain = declared(row.component_type, row.flavor)
        name, setting = row.parameter, orjson.loads(row.setting)
        if is_in_clear(name, setting, secret=name in secrets, plain=name in plain):
            yield ClearValue(row.ledger_id, row.since, row.component_type, row.name, name)


@lru_cache(4096)
def _is_in_clear(name: str, text: str | None, secret: bool, plain: bool) -> bool:
    """Tells of a salted value whether it is a secret: what is repeated and undone is asked about many times."""
    return text is not None and is_in_clear(name, {"v": text}, secret=secret, plain=plain)


def _of_event(
    ledger_id: str, position: int, fields: dict[str, Any], flavors: dict[str, str], declared: Declared
) -> Iterator[ClearValue]:
    component_type, component_id = fields["component_type"], fields["component_id"]
    if "parameters" in fields:
        flavors[component_id] = fields["flavor"]
        name, held = fields["name"], [(parameter, setting) for parameter, setting in fields["parameters"].items()]
    else:
        name = fields["component_name"]
        held = [(fields["parameter"], fields[part]) for part in ("old", "new") if fields.get(part)]
    secrets, plain = declared(component_type, flavors.get(component_id, ""))
    exposed = {
        parameter
        for parameter, setting in held
        if _is_in_clear(parameter, setting.get("v"), parameter in secrets, parameter in plain)
    }
    for parameter in sorted(exposed):
        yield ClearValue(ledger_id, position, component_type, name, parameter)
