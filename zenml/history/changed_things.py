"""Differences, thing by thing: what came, what went, and what became of the rest."""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Literal

    from zenml.projections.timeline.differences import Difference

_REPOSITORY = "repository "
"""The name of a repository begins with this; its path follows."""


class ChangedThing(namedtuple("ChangedThing", "thing became fields")):
    """What became of one thing.

    Attributes:
        thing: Its kind and the name it has in the end: ``stack/prod``.
        became: ``came`` or ``went``; ``changed`` if it is at both ends.
        fields: What is different; of one that came or went without its name, which the thing says.
    """

    __slots__ = ()
    thing: str
    became: Literal["came", "went", "changed"]
    fields: list[Difference]


def changed_things(differences: Iterable[Difference]) -> list[ChangedThing]:
    """Returns differences thing by thing; a thing that went and another that has its name now are two."""
    groups: list[list[Difference]] = []
    for difference in differences:
        if (
            not groups
            or difference.thing != groups[-1][0].thing
            or difference.field in (other.field for other in groups[-1])
        ):
            groups.append([])
        groups[-1].append(difference)
    return [_changed_thing(fields) for fields in groups]


def value_text(value: Any) -> str:
    """Returns a value as people read it: a text as it is, anything else as JSON."""
    if isinstance(value, str):
        return value
    import json

    return json.dumps(value, ensure_ascii=False)


def _changed_thing(fields: list[Difference]) -> ChangedThing:
    thing = fields[0].thing
    label = "path" if thing.startswith(_REPOSITORY) else "name"  # what the name of the thing says already
    named = [difference for difference in fields if difference.field == label]
    without_name = [difference for difference in fields if difference.field != label]
    if any(difference.old is None for difference in named):
        return ChangedThing(thing, "came", without_name)
    if any(difference.new is None for difference in named):
        return ChangedThing(thing, "went", without_name)
    return ChangedThing(thing, "changed", fields)
