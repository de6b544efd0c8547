"""Tells at once that a profile is what a document says: then nothing has to be locked, decided or recorded.

It reads the views, as whoever shows something does, and builds no component. It says yes only where `reconcile`
finds nothing to do; whatever it cannot tell like this is left to that.
"""

from __future__ import annotations

from zenml.documents.profile import BELONGING
from zenml.domain.plain_json import load
from zenml.domain.secrecy import has_stars, shows_secret
from zenml.domain.things import COMPONENT, FLAVOR, STACK
from zenml.flavors.defaults import with_defaults
from zenml.flavors.lookup import SHIPPED
from zenml.projections.contents import Stored, contents
from zenml.projections.settings import display_value
from zenml.reconcile.matching import match

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.documents.profile import ComponentDocument, FlavorDocument, ProfileDocument, StackDocument
    from zenml.flavors.info import FlavorInfo
    from zenml.snapshot.snapshot import Snapshot

    Things = dict[str, Stored]


def is_as_it_says(snapshot: Snapshot, document: ProfileDocument, *, prune: bool, to: str | None) -> bool:
    """Tells whether the active profile is what a document says. Says no if in doubt.

    Args:
        snapshot: What there is; what others did in a shared profile may be missing.
        document: The document.
        prune: Whether what it does not name goes.
        to: The profile that was given as the target; None if none was.
    """
    profile = snapshot.active.profile
    if profile is None or profile.is_shared:
        return False
    if to not in (None, profile.name) or (to is None and document.profile not in (None, profile.name)):
        return False
    current = contents(snapshot.connection, profile.profile_ledger_id)
    flavors, components, stacks = (current[thing.kind] for thing in (FLAVOR, COMPONENT, STACK))
    named = (
        _flavors(document.flavors, flavors),
        _components(document.components, components),
        _stacks(document.stacks, stacks, components),
    )
    if None in named:
        return False
    return not prune or named == (set(flavors), set(components), set(stacks))


def _flavors(documents: list[FlavorDocument], current: Things) -> set[str] | None:
    """Returns the ids of the flavors that a document names; None if one is not so."""
    ids = {stored.place: flavor_id for flavor_id, stored in current.items()}
    named = {ids.get((document.type, document.name), ""): document.source for document in documents}
    is_so = all(known in current and current[known].fields["source"] == source for known, source in named.items())
    return set(named) if is_so else None


def _components(documents: list[ComponentDocument], current: Things) -> set[str] | None:
    """Returns the ids of the components that a document names; None if one is not so."""
    matched = match(documents, current)
    is_so = all(
        known is not None and _is_component(document, known, current[known]) for document, known in matched
    )
    return {known for _, known in matched if known is not None} if is_so else None


def _is_component(document: ComponentDocument, component_id: str, stored: Stored) -> bool:
    info = SHIPPED.shipped(document.type, document.flavor)
    fields = {"component_type": document.type, "name": document.name, "flavor": document.flavor}
    if info is None or stored.fields != fields or any(map(document.names, BELONGING)):
        return False
    values = with_defaults(document.type, info, component_id, document.parameters)
    return values.keys() == stored.items.keys() and all(
        _is_value(info, name, value, stored.items[name]) for name, value in values.items()
    )


def _is_value(info: FlavorInfo, name: str, value: Any, cell: str) -> bool:
    """Tells whether a parameter has a value already, and is kept as it would be today."""
    setting = load(cell)
    if "key_id" in setting:
        return has_stars(value) and display_value(cell) == value
    if "v" not in setting or has_stars(value) or not _is_same(load(setting["v"]), value):
        return False
    return not shows_secret(name, value, secret=name in info.secrets, plain=name in info.plain)


def _is_same(one: Any, other: Any) -> bool:
    """Tells whether two values are one in JSON: Python takes ``true`` for ``1``, and ``1`` for ``1.0``."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_is_same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    return bool(one == other)


def _stacks(documents: list[StackDocument], current: Things, components: Things) -> set[str] | None:
    """Returns the ids of the stacks that a document names; None if one is not so."""
    places = {component_id: stored.place for component_id, stored in components.items()}
    matched = match(documents, current)
    for document, known in matched:
        if known is None or any(map(document.names, BELONGING)):
            return None
        held = {kind: places.get(component_id) for kind, component_id in current[known].items.items()}
        wanted = {kind: (kind, name) for kind, name in document.components.items()}
        if current[known].fields["name"] != document.name or held != wanted:
            return None
    return {known for _, known in matched if known is not None}
