"""What a bundle is asked for, in the words of its manifest: names as events write them, times in UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from zenml.domain.errors import InvalidValueError
from zenml.domain.typed_names import component_named
from zenml.history.history_filter import selection
from zenml.projections.machine import PROFILES
from zenml.projections.timeline.filters import ids_named
from zenml.snapshot.times import stored

if TYPE_CHECKING:
    from zenml.history.history_filter import Which
    from zenml.snapshot.snapshot import Snapshot


_NOT_PROVABLE = ("mine", "grep", "fold", "after")
_OF_CHANGES = ("stack", "component", "kinds", "since", "until", "actor")


class BundleFilter(NamedTuple):
    """What is asked for.

    Attributes:
        asked: As decision 50 has it; nothing in it means everything.
        ledgers: The ledgers of the profile that is asked for; None for those of all profiles.
    """

    asked: dict[str, Any]
    ledgers: frozenset[str] | None

    def wants(self, ledger_id: str) -> bool:
        """Whether the ledger of a profile is to be in the bundle."""
        return self.ledgers is None or ledger_id in self.ledgers


def bundle_filter(snapshot: Snapshot, which: Which) -> BundleFilter:
    """Returns a filter for the conditions of an export, with the active profile if none is named.

    Raises:
        InvalidValueError: There is no such kind of change, or of component.
        NotFoundError: There never was a profile, stack or component of this name.
    """
    for name in _NOT_PROVABLE:
        if which.get(name):
            raise InvalidValueError(
                f"A bundle cannot be made by `{name}`: that cannot be checked without the program.",
                "Use a stack, a component, a profile, kinds, times or an actor.",
            )
    which["kinds"] = tuple(which.get("kinds") or ())
    selection(snapshot, **which)  # which knows what to say of a name that nothing has or had
    profile = None if which.get("everything") else which.get("profile") or _active(snapshot)
    component = which.get("component")
    since, until = which.get("since"), which.get("until")
    given = {
        "profile": profile,
        "stack": which.get("stack"),
        "own": which.get("own") or None,
        "component": "/".join(component_named(component)) if component else None,
        "kind": list(which["kinds"]) or None,
        "since": stored(since) if since is not None else None,
        "until": stored(until) if until is not None else None,
        "actor": which.get("actor"),
    }
    ledgers = None
    if profile is not None:
        database = snapshot.connection
        ledgers = frozenset(
            ids_named(database, PROFILES, snapshot.machine_id, profile, column="profile_ledger_id")
        )
    return BundleFilter({name: value for name, value in given.items() if value is not None}, ledgers)


def takes_runs(which: Which) -> bool:
    """Tells whether a bundle by these conditions has runs: if it is of whole profiles, and not of some changes."""
    return not any(which.get(name) for name in _OF_CHANGES)


def in_words(asked: dict[str, Any]) -> str:
    """Returns a filter as people read it."""
    words = (f"{name} {', '.join(value) if isinstance(value, list) else value}" for name, value in asked.items())
    return "; ".join(words) or "everything"


def _active(snapshot: Snapshot) -> str | None:
    return snapshot.active.profile.name if snapshot.active.profile else None
