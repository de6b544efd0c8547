"""Finds which existing things the items of a document are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from zenml.documents.profile import ComponentDocument, StackDocument
from zenml.domain.missing import missing_component
from zenml.projections.contents import Name, Stored

_Item = TypeVar("_Item", ComponentDocument, StackDocument)


def match(documents: Sequence[_Item], current: dict[str, Stored]) -> list[tuple[_Item, str | None]]:
    """Returns the items of a document, each with the id of the existing thing: by its id, else by its name."""
    by_name = {stored.place: thing_id for thing_id, stored in current.items()}
    places = [(getattr(item, "type", ""), item.name) for item in documents]
    taken = {
        item.id
        for item, (component_type, _) in zip(documents, places, strict=True)
        if item.id in current and current[item.id].place[0] == component_type
    }
    matches: list[tuple[_Item, str | None]] = []
    for item, place in zip(documents, places, strict=True):
        same_name_id = by_name.get(place)
        matches.append((item, item.id if item.id in taken else None if same_name_id in taken else same_name_id))
    return matches


def find_component_id(component_type: str, name: str, ids: Mapping[Name, str]) -> str:
    """Returns the id of a component of the target. Raises `StackComponentNotFoundError`."""
    component_id = ids.get((component_type, name))
    if component_id is None:
        raise missing_component(
            component_type, name, sorted(known_name for kind, known_name in ids if kind == component_type)
        )
    return component_id
