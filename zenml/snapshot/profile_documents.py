"""A profile as a document: what ``profile.yaml`` and `zenml export` hold, and `zenml apply` takes."""

from __future__ import annotations

from zenml.domain.declarations import REFERENCE, SETTING
from zenml.domain.things import FLAVOR, MADE_AGAIN, values_of
from zenml.projections.contents import contents
from zenml.projections.settings import display_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.domain.declarations import Thing
    from zenml.projections.contents import Contents
    from zenml.projections.database import Database
    from zenml.projections.machine import ProfileRow


def document(connection: Database, profile: ProfileRow, at: int | None = None) -> dict[str, Any]:
    """Returns what a profile has by name, now or at a position, as `zenml apply` takes it; secrets starred out."""
    by_kind = contents(connection, profile.profile_ledger_id, at)
    listed: dict[str, Any] = {"profile": profile.name}
    for thing in MADE_AGAIN:
        items = _items(thing, by_kind)
        if items or thing is not FLAVOR:
            listed[f"{thing.kind}s"] = sorted(items, key=lambda item: (item.get("type", ""), item["name"]))
    return listed


def _items(thing: Thing, by_kind: Contents) -> list[dict[str, Any]]:
    """Returns the things of a kind as such a document lists them."""
    fields = [(field.name.removeprefix("component_"), field.name, field.form) for field in values_of(thing)]
    components = by_kind["component"]

    def value(form: str, cell: str | None) -> Any:
        if cell is None:
            return None  # given, since what a file does not give stays as it is
        if form == SETTING:
            return display_value(cell)
        return components[cell].fields["name"] if form == REFERENCE else cell

    items = []
    for thing_id, stored in by_kind[thing.kind].items():
        item: dict[str, Any] = {name: value(form, stored.fields.get(field)) for name, field, form in fields}
        item["id"] = thing_id
        if thing.items:
            form = thing.items.value.form
            item[thing.items.name] = {key: value(form, cell) for key, cell in sorted(stored.items.items())}
        items.append(item)
    return items
