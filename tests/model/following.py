"""The files of repositories follow what a change did to their choices, and to the names of what they chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model.past import Entry
from tests.model.places import File
from tests.model.world import Fields, Key, Make, Remove, Set

if TYPE_CHECKING:
    from tests.model.model import Model


def follow(model: Model, entry: Entry) -> None:
    """Writes the files of the repositories whose choice, or the name of what they chose, is another one."""
    for step in entry.steps:
        if step.key[0] == "repository" and step.key not in model.world and isinstance(step, Remove | Make):
            folder = step.fields["folder"]
            if model.world.find("repository", folder=folder) is None:
                model.remove_file(folder)
    before = _names_before(model, entry)
    for key, record in model.world.items():
        if key[0] == "repository" and ("profile", record["profile"]) in model.world:
            chosen = any(step.key == key for step in entry.steps)
            if chosen or _renamed(model, entry, key, record):
                model.written[key[1]] = model.names(record)
                model.write(record["folder"], model.written[key[1]])
            else:
                _follow_profile(model, entry, key, record["folder"], before)


def _names_before(model: Model, entry: Entry) -> dict[str, str]:
    """Returns the profiles that a change gave other names, by the names they had before it."""
    before: dict[str, str] = {}
    for step in entry.steps:
        if isinstance(step, Set) and step.key[0] == "profile" and step.key[1] not in before.values():
            before[step.old] = step.key[1]
    return {name: key for name, key in before.items() if ("profile", key) in model.world}


def _follow_profile(model: Model, entry: Entry, key: Key, folder: str, before: dict[str, str]) -> None:
    """Puts the new name of a profile into a file that means it, whatever is recorded of the repository."""
    file = model.files.get(folder)
    renamed = {step.key for step in entry.steps if isinstance(step, Set) and step.key[0] == "profile"}
    if file is None or file.profile is None or not renamed:
        return
    profile = before.get(file.profile)
    found = ("profile", profile) if profile else model.world.profile_of(file.profile)
    if found in renamed and found in model.world:
        new = File(model.world[found]["name"], file.stack)
        if model.written.get(key[1]) == file:
            model.written[key[1]] = new
        model.files[folder] = new


def _renamed(model: Model, entry: Entry, key: Key, record: Fields) -> bool:
    """Tells whether the chosen stack has another name than the file says, and nobody edited that."""
    renamed = any(
        isinstance(step, Set)
        and step.key[0] == "stack"
        and step.key[2] == record.get("stack")
        and step.field == "name"
        for step in entry.steps
    )
    return renamed and model.files.get(record["folder"]) == model.written.get(key[1])
