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
    from zenml.projections.contents import Contents, Stored
    from zenml.projections.database import Database
    from zenml.projections.machine import ProfileRow


def document(connection: Database, profile: ProfileRow, at: int | None = None) -> dict[str, Any]:
    """Returns what a profile has by name, now or at a position, as `zenml apply` takes it; secrets starred out."""
    by_kind = contents(connection, profile.profile_ledger_id, at)
    listed: dict[str, Any] = {"profile": profile.name}
    for thing in MADE_AGAIN:
        items = [_item(thing, thing_id, stored, by_kind) for thing_id, stored in by_kind[thing.kind].items()]
        if items or thing is not FLAVOR:
            listed[f"{thing.kind}s"] = sorted(items, key=lambda item: (item.get("type", ""), item["name"]))
    return listed


def _item(thing: Thing, thing_id: str, stored: Stored, by_kind: Contents) -> dict[str, Any]:
    """Returns a thing as such a document lists it."""

    def value(form: str, cell: str | None) -> Any:
        if cell is None:
            return None  # given, since what a file does not give stays as it is
        if form == SETTING:
            return display_value(cell)
        return by_kind["component"][cell].fields["name"] if form == REFERENCE else cell

    item: dict[str, Any] = {
        field.name.removeprefix("component_"): value(field.form, stored.fields.get(field.name))
        for field in values_of(thing)
    }
    item["id"] = thing_id
    if thing.items:
        form = thing.items.value.form
        item[thing.items.name] = {key: value(form, cell) for key, cell in sorted(stored.items.items())}
    return item
