"""Who else keeps data at a path of this machine: other stacks, and components of every profile."""

from __future__ import annotations

import os
import re

from zenml.domain.component_types import display
from zenml.flavors.machine_places import with_place
from zenml.projections import components, machine, stacks
from zenml.projections.settings import display_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.snapshot.snapshot import Snapshot

_URL_OF_A_PATH = re.compile(r"(?:file|sqlite)://(/.*)")


class SharedPlaces:
    """Answers from one snapshot of the ledger.

    Args:
        snapshot: That state; stacks other than its active one count as others.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._places: list[tuple[str, str, str]] | None = None  # id of a component, what it is, a place of it

    def why_kept(self, component_id: str, path: str) -> str | None:
        """Returns who else uses a component, or a path that was made for it; None if nobody does."""
        snapshot = self._snapshot
        own = snapshot.active.stack.name if snapshot.active.stack else None
        for stack in stacks.stacks_using(snapshot.connection, snapshot.ledger_id, component_id):
            if stack != own:
                return f"stack '{stack}' uses it too"
        place = os.path.realpath(path)
        for other_id, other, other_place in self._all_places():
            if other_id != component_id and _overlap(place, other_place):
                return f"{other} keeps its data there"
        return None

    def _all_places(self) -> list[tuple[str, str, str]]:
        if self._places is None:
            snapshot = self._snapshot
            self._places = [
                (
                    row.component_id,
                    f"{display(row.component_type)} '{row.name}' of profile '{profile.name}'",
                    place,
                )
                for profile in machine.profiles(snapshot.connection, snapshot.machine_id)
                for row in components.components(snapshot.connection, profile.profile_ledger_id)
                for value in _values(profile, row).values()
                if (place := _place(value))
            ]
        return self._places


def _values(profile: machine.ProfileRow, row: components.ComponentRow) -> dict[str, object]:
    """Returns the parameters of a component as they are on this machine."""
    values = {name: display_value(setting) for name, setting in row.settings.items()}
    return with_place(row.component_type, row.flavor, row.component_id, values) if profile.is_shared else values


def _place(value: object) -> str | None:
    """Returns the path of this machine that a parameter names, links resolved; None if it names none."""
    if not isinstance(value, str):
        return None
    url = _URL_OF_A_PATH.fullmatch(value)
    path = url[1] if url else value
    return os.path.realpath(path) if os.path.isabs(path) and "\0" not in path else None


def _overlap(one: str, other: str) -> bool:
    """Tells whether two paths are the same, or one is within the other."""
    return one == other or _within(one, other) or _within(other, one)


def _within(inner: str, outer: str) -> bool:
    return inner.startswith(outer.rstrip(os.sep) + os.sep)
