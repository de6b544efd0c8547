"""Where one is when one asks for something, and what is active there."""

from __future__ import annotations

from typing import NamedTuple

from tests.model.world import MACHINE, Fields, Key, World

FOLDERS = ("one", "other")
NAMES = ("day", "night")
"""Sessions that ``ZENML_SESSION`` names."""
TERMINALS = ("tty 1 11", "tty 2 22")
CRON = "3 33"
"""A session of the system that has no terminal."""


class Place(NamedTuple):
    """Where somebody is.

    Attributes:
        folder: One of two folders that may be repositories; None for outside of both.
        session: Which one, as a change records it.
        robot: An automation rather than a person.
        profile: What ``ZENML_ACTIVATED_PROFILE`` says.
        host: The machine; both have the same home.
    """

    folder: str | None = None
    session: str = "day"
    robot: bool = False
    profile: str | None = None
    host: str = "laptop"

    def reaches(self, there: Place) -> bool:
        """Tells whether plain undo takes from here what the same one did in another session."""
        if self.session == there.session and self.session in NAMES:
            return True
        if self.host != there.host:
            return False
        terminals = self.session in TERMINALS and there.session in TERMINALS and not self.robot
        return self.session == there.session or terminals


class File(NamedTuple):
    """What a repository's file says."""

    profile: str | None
    stack: str | None


GARBAGE = File(None, None)  # such a file decides nothing
NO_FILE = None  # a folder .zen without the file

Files = dict[str, File | None]
"""By folder; one without ``.zen`` is not in it."""


class Active(NamedTuple):
    """What is active, which is nothing if a variable names none.

    ``observed`` is what the file says anew, ``instead`` what is in effect where it says nothing that is there.
    """

    profile: str | None
    stack: str | None
    repository: Key | None
    observed: tuple[str, str | None] | None
    instead: tuple[str, str | None] | None = None


def resolve(world: World, place: Place, files: Files, written: dict[str, File], before: Fields | None) -> Active:
    """Returns what is active at a place.

    Args:
        world: What there is.
        place: Where one is.
        files: What the files of the folders say.
        written: What they said when file and record agreed last. As long as that is so, the record counts.
        before: The record of the repository at the beginning of the change that is being made. If it is
            another one by now, the file will follow.
    """
    fallback, gone = profile_of_machine(world), False
    known = world.find("repository", folder=place.folder) if place.folder in files else None
    record = world[known] if known else {}
    file, agreed = files.get(place.folder or ""), written.get(known[1]) if known else None
    if before is not None and record and record != before:
        profile, stack, observed = record["profile"], record.get("stack"), None
        profile = profile if ("profile", profile) in world else None
        stack = stack if ("stack", profile or fallback, stack) in world else None
    elif file is None or file == GARBAGE:
        profile, stack, observed = None, None, None
    else:
        profile = _named(world, ("profile",), file.profile, agreed and agreed.profile, record.get("profile"))
        if file.profile and not profile:
            recorded = record.get("profile", "")
            as_chosen = known and world.chosen_as.get(known) == file.profile and ("profile", recorded) in world
            found = world.profile_of(file.profile)
            profile = recorded if as_chosen else found and found[1]
        place_of_stack = ("stack", profile or fallback or "")
        stack = _named(world, place_of_stack, file.stack, agreed and agreed.stack, record.get("stack"))
        gone = bool((file.profile and not profile) or (file.stack and not stack))
        says = (profile or fallback or "", stack)
        observed = None if gone or says == (record.get("profile"), record.get("stack")) else says
    its_profile = profile or fallback
    instead = None
    if known and before is None and its_profile and (file is None or file == GARBAGE or gone):
        now = its_profile, stack
        untouched = file is not None and file != GARBAGE and _is_untouched(world, known, file, its_profile)
        instead = None if untouched or now == (record.get("profile"), record.get("stack")) else now
    named = world.profile_of(place.profile)
    if place.profile and named is None:
        return Active(None, None, known, observed, instead)
    in_use = named[1] if named else its_profile
    if in_use is None:
        return Active(None, None, known, None)
    if in_use != its_profile or stack is None:
        stack = _stack_of_machine(world, in_use)
    return Active(in_use, stack, known, observed, instead)


def _is_untouched(world: World, known: Key, file: File, its_profile: str) -> bool:
    """Tells whether a file says what was written to it, and only what that names is gone."""
    profile, stack = world[known]["profile"], world[known].get("stack")
    profiles = [world.chosen_as.get(known), world.called.get(("profile", profile))]
    profiles += [None] if profile == its_profile else []
    last = next((name for key, name in world.called.items() if key[0] == "stack" and key[-1] == stack), None)
    return file.profile in profiles and file.stack in (world.stack_chosen_as.get(known), last)


def _named(world: World, place: Key, name: str | None, agreed: str | None, recorded: str | None) -> str | None:
    """Returns the id a name in a file stands for: what was recorded with it, else whatever has it now."""
    if name is None:
        return None
    if name == agreed and recorded and (*place, recorded) in world:
        return recorded
    found = world.find(*place, name=name)
    return found[-1] if found else None


def profile_of_machine(world: World) -> str | None:
    chosen = world[MACHINE].get("profile")
    if ("profile", chosen) in world:
        return chosen
    return _default_or_first(world, ("profile",))


def _stack_of_machine(world: World, profile: str) -> str | None:
    chosen = world["active", profile].get("stack")
    return chosen if ("stack", profile, chosen) in world else _default_or_first(world, ("stack", profile))


def _default_or_first(world: World, place: Key) -> str | None:
    named = {thing["name"]: key[-1] for key, thing in world.items() if key[:-1] == place}
    return named.get("default") or next((named[name] for name in sorted(named)), None)
