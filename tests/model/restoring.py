"""Going back: a profile, some of its things, or everything as it was after a change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.model.model import Draft
from tests.model.world import MACHINE, PART, Fields, Key, Make, RefusedError, World

if TYPE_CHECKING:
    from tests.model.actual import Actual
    from zenml.ledger.change import Change
    from zenml.repository import Repository

Things = dict[Key, Fields]


@dataclass(frozen=True)
class Restore:
    """Makes things as they were. Labels stay: they name points of the past.

    Attributes:
        number: The change, as in the history of the model; the newest if there are not so many yet.
        label: A label in its place.
        only: These alone, each as ``stack`` or a type, and a name; none for the whole profile.
        everything: All profiles, and what is active.
    """

    number: int
    label: str | None = None
    only: tuple[tuple[str, str], ...] = ()
    everything: bool = False

    def tell(self, draft: Draft) -> None:
        if not draft.in_block:
            draft.kind = "restore"
        if self.only and self.everything:
            raise RefusedError("invalid")
        profile, number = draft.profile, min(self.number, draft.known - 1)
        if self.label is not None:
            key = draft.world.find("label", profile, name=self.label)
            if key is None:
                raise RefusedError("invalid")
            number = draft.world[key]["change"]
        then = draft.model.past.worlds[number]
        if self.everything:
            everything_back(draft, then)
        elif ("active", profile) not in then:
            raise RefusedError("missing")  # the profile was made later
        elif self.only:
            some_back(draft, then, profile, self.only)
        else:
            name_back(draft, then, profile)
            profile_back(draft, then, profile)

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        letters = actual.letters[min(self.number, len(actual.letters) - 1)]
        only = [f"{kind.replace('_', '-')}/{name}" for kind, name in self.only]
        return here.restore(self.label or letters, only=only, everything=self.everything)


def name_back(draft: Draft, then: World, profile: str) -> None:
    """Gives a profile its name back, unless another one has it by now."""
    key = ("profile", profile)
    name = then.get(key, draft.world[key])["name"]
    if draft.world.find("profile", name=name) is None:
        draft.set(key, "name", name)


def profile_back(draft: Draft, then: World, profile: str) -> None:
    contents_back(
        draft,
        contents(draft.world, profile),
        contents(then, profile),
        lambda: stack_chosen_back(draft, then, profile),
    )


def some_back(draft: Draft, then: World, profile: str, only: tuple[tuple[str, str], ...]) -> None:
    """Makes some things as they were; a stack with the components that it had."""
    now, was = contents(draft.world, profile), contents(then, profile)
    keys: set[Key] = set()
    for kind, name in only:
        named = {key for side in (now, was) for key, it in side.items() if is_called(key, it, kind, name)}
        if not named & was.keys():
            raise RefusedError("invalid")  # it was never there, or was not there yet
        keys |= named
        for key in named & was.keys():
            if key[0] == "stack":
                parts = [part for field, part in was[key].items() if field.startswith(PART)]
                keys |= {("component", profile, part) for part in parts}
    contents_back(draft, only_of(now, keys), only_of(was, keys), lambda: None)


def is_called(key: Key, thing: Fields, kind: str, name: str) -> bool:
    place = "stack" if key[0] == "stack" else thing["type"] if key[0] == "component" else ""
    return (place, thing["name"]) == (kind, name)


def only_of(things: Things, keys: set[Key]) -> Things:
    return {key: it for key, it in things.items() if key in keys}


def everything_back(draft: Draft, then: World) -> None:
    """Makes all profiles as they were, and what is active for the machine and in the folder one is in."""
    now = {key: dict(it) for key, it in draft.world.items() if key[0] == "profile"}
    was = {key: it for key, it in then.items() if key[0] == "profile"}
    names_back(draft, now, was)
    for key in was:
        if key not in now:
            draft.take(Make(key, was[key]))
    active = then[MACHINE].get("profile")
    if ("profile", active) in draft.world:
        draft.set(MACHINE, "profile", active)
    record, known = here_now(draft), here_then(draft, then)
    both = record and known and all(("profile", it["profile"]) in draft.world for it in (record, known))
    if both and draft.here and ("profile", known["profile"]) in was and record["profile"] != known["profile"]:
        draft.set(draft.here, "profile", known["profile"])
        draft.set(draft.here, "stack", None)
    for key in now:
        if key not in was:
            draft.remove(key)
    for key in sorted(was, key=lambda key: str(was[key]["name"])):
        profile_back(draft, then, key[1])
    draft.go_on()


def here_now(draft: Draft) -> Fields:
    return draft.world[draft.here] if draft.here else {}


def here_then(draft: Draft, then: World) -> Fields:
    """Returns what the folder one is in had chosen, if it was a repository."""
    key = then.find("repository", folder=draft.place.folder or "")
    return then[key] if key else {}


def stack_chosen_back(draft: Draft, then: World, profile: str) -> None:
    """Chooses the stack that was chosen, for the machine and in the folder one is in."""
    chosen = then["active", profile].get("stack")
    if ("stack", profile, chosen) in then:
        draft.set(("active", profile), "stack", chosen)
    known = here_then(draft, then)
    if draft.here and here_now(draft)["profile"] == profile:
        # a folder that had not chosen in this profile had what the machine had
        its_own = known.get("stack") if known.get("profile") == profile else chosen
        there = ("stack", profile, its_own) in draft.world
        draft.set(draft.here, "stack", its_own if there else None)


# --- what a profile has --------------------------------------------------------------------------


def contents(world: World, profile: str) -> Things:
    kinds = ("component", "stack", "flavor")
    return {key: dict(it) for key, it in world.items() if key[0] in kinds and key[1] == profile}


def contents_back(draft: Draft, now: Things, was: Things, choose: Callable[[], None]) -> None:
    """Makes what a profile has as it was: what was there first, then what is chosen, then what came since goes."""
    lasting = [it for it in of_kind("flavor", now).values() if it in of_kind("flavor", was).values()]
    new = {key: it for key, it in of_kind("flavor", now).items() if key not in was and it not in lasting}
    for key, it in new.items():
        if any(label(key, it) == label(*other) for other in of_kind("flavor", was).items()):
            draft.remove(key)  # or its name could not be used
    for key, it in of_kind("flavor", was).items():
        if key not in now and it not in lasting:
            draft.take(Make(key, it))
    for kind in ("component", "stack"):
        its_now, its_was = of_kind(kind, now), of_kind(kind, was)
        names_back(draft, its_now, its_was)
        for key in sorted(its_was, key=lambda key: label(key, was[key])):
            thing_back(draft, key, was[key])
    choose()
    for kind in ("stack", "component"):
        for key in sorted(of_kind(kind, now), key=lambda key: label(key, now[key])):
            if key not in was:
                draft.remove(key)
    for key in new:
        if key in draft.world:
            draft.remove(key)


def of_kind(kind: str, things: Things) -> Things:
    return {key: it for key, it in things.items() if key[0] == kind}


def thing_back(draft: Draft, key: Key, was: Fields) -> None:
    if key not in draft.world:
        draft.take(Make(key, was))
        return
    for field in sorted(draft.world[key].keys() | was.keys()):
        draft.set(key, field, was.get(field))


def label(key: Key, thing: Fields) -> tuple[str, str, str]:
    """Returns what tells a thing from others of its kind by name."""
    return key[0], thing.get("type", ""), thing["name"]


def names_back(draft: Draft, now: Things, was: Things) -> None:
    """Gives things their names back, one after the other: no two ever have the same name."""
    wanted = [label(*it) for it in was.items()]
    for key in sorted(now, key=lambda key: label(key, now[key])):
        if key not in was and label(key, draft.world[key]) in wanted:
            step_aside(draft, key)  # it is going to go
    waiting = [key for key in sorted(was, key=lambda key: label(key, was[key])) if key in now]
    waiting = [key for key in waiting if was[key]["name"] != now[key]["name"]]
    while waiting:
        taken = [label(key, draft.world[key]) for key in now]
        free = [key for key in waiting if label(key, was[key]) not in taken]
        for key in free:
            draft.set(key, "name", was[key]["name"])
        waiting = [key for key in waiting if key not in free]
        if not free:
            step_aside(draft, waiting[0])


def step_aside(draft: Draft, key: Key) -> None:
    """Gives a thing a name that nothing else has, for as long as another one needs its own."""
    draft.set(key, "name", f"{draft.world[key]['name']} (aside: {key[-1]})")
