"""Reads the configuration folder of ZenML 0.7 to 0.13: ``config.yaml`` and the stores of its profiles.

That of ZenML 0.20 and later is recognised, and not read: its stacks are in a database, or on a server.

The layout is that of version 0.13.2. Nothing is written, and no file of it is touched.
"""

from __future__ import annotations

import os
from typing import Any

from zenml.documents.files import read_yaml
from zenml.documents.found_profiles import Contents, FoundContents, FoundProfile
from zenml.documents.kinds import is_later_config, later_config
from zenml.documents.opening import UnreadableFileError, read_text
from zenml.documents.zenml_sql import read_database
from zenml.domain.component_types import COMPONENT_TYPES, plural
from zenml.domain.errors import InvalidValueError, LedgerError
from zenml.domain.names import check_name
from zenml.domain.secrecy import without_passwords

_FILE = "file://"
_SQLITE = "sqlite:///"
_STORE = "stacks.yaml"


def config_file(folder: str) -> str:
    """Returns the file that ZenML keeps its profiles in."""
    return os.path.join(folder, "config.yaml")


def is_zenml_config(folder: str) -> bool:
    """Tells whether a folder has ZenML's configuration, by a look at the text of its file."""
    try:
        text = read_text(config_file(folder))
    except (FileNotFoundError, UnreadableFileError):
        return False
    return any(line.startswith("profiles:") for line in text.splitlines())


def later_zenml(folder: str) -> tuple[str, list[str]] | None:
    """Returns what the configuration of ZenML 0.20 or later in a folder is; None if there is none.

    With it come the folders of the profiles that an earlier ZenML left there.
    """
    try:
        content = read_yaml(config_file(folder))
    except LedgerError:
        return None
    if not is_later_config(content):
        return None
    profiles_folder = os.path.join(folder, "profiles")
    names = sorted(os.listdir(profiles_folder)) if os.path.isdir(profiles_folder) else []
    folders = [
        profile_folder
        for name in names
        if is_profile_folder(profile_folder := os.path.join(profiles_folder, name))
    ]
    return later_config(content), folders


def is_profile_folder(folder: str) -> bool:
    """Tells whether a folder is the local store of one profile."""
    return os.path.isfile(os.path.join(folder, _STORE))


def read_zenml_config(folder: str) -> FoundContents:
    """Returns every profile of a configuration folder, and what was active.

    Raises:
        NotFoundError: There is no such configuration.
        InvalidValueError: Its file cannot be read.
    """
    path = config_file(folder)
    content = read_yaml(path)
    profiles = content.get("profiles") if isinstance(content, dict) else None
    if not isinstance(profiles, dict):
        raise InvalidValueError(f"The file '{path}' names no profiles.", "Give ZenML's configuration folder.")
    problems: list[str] = []
    profiles_found = [
        profile for key, values in profiles.items() if (profile := _profile(folder, str(key), values, problems))
    ]
    active = content.get("activated_profile")
    if active is not None and active not in [profile.name for profile in profiles_found]:
        problems.append(f"The active profile '{active}' could not be read.")
        active = None
    return FoundContents(profiles_found, active, problems)


def read_profile_folder(folder: str, name: str) -> FoundContents:
    """Returns the one profile whose local store a folder is. Raises as `read_zenml_config` does."""
    problems: list[str] = []
    contents = Contents(name, problems)
    _read_folder(folder, contents)
    return FoundContents([contents.profile(None, None)], name, problems)


def _profile(folder: str, name: str, values: Any, problems: list[str]) -> FoundProfile | None:
    """Returns a profile; None, after naming why, if it cannot be read."""
    contents = Contents(name, problems)
    try:
        check_name("profile", name)
        if not isinstance(values, dict):
            contents.problem("it was left out: its entry is not a mapping.")
            return None
        store, url = str(values.get("store_type")), str(values.get("store_url") or "")
        if store == "local":
            place = _place(url.removeprefix(_FILE), os.path.join(folder, "profiles", name))
            _read_folder(place, contents)
            url_kept = url if place == url.removeprefix(_FILE) else None
        elif store == "sql" and url.startswith(_SQLITE):
            place = _place(url.removeprefix(_SQLITE), os.path.join(folder, "profiles", name, "zenml.db"))
            read_database(place, contents)
            contents.problem(f"it came from the database {place}, which is unchanged, and is local now.")
            url_kept = None
        else:
            contents.problem(f"it was left out: its store, {store} at {without_passwords(url)}, is elsewhere.")
            return None
    except LedgerError as error:
        contents.problem(f"it was left out: {error.message}")
        return None
    active = values.get("active_stack")
    return contents.profile(url_kept, str(active) if active is not None else None)


def _place(named_path: str, usual_path: str) -> str:
    """Returns where a store is: a folder that was copied or moved has it in the usual place."""
    of_windows = "\\" in named_path and os.sep == "/"  # which leads nowhere here, wherever it was there
    in_usual_place = named_path.rstrip("/").endswith(usual_path[usual_path.rindex("/profiles/") :])
    return (
        usual_path
        if not named_path or ((of_windows or in_usual_place) and os.path.exists(usual_path))
        else named_path
    )


def _read_folder(folder: str, contents: Contents) -> None:
    """Reads a local store: one file lists everything, and each component's parameters are in their own file."""
    content = mapping(read_yaml(os.path.join(folder, _STORE)), _STORE)
    flavors = content.get("stack_component_flavors") or []
    for flavor in flavors if isinstance(flavors, list) else [flavors]:
        values = mapping(flavor, "stack_component_flavors")
        contents.flavor(str(values.get("type")), str(values.get("name")), str(values.get("source")))
    read_components(folder, mapping(content.get("stack_components"), "stack_components"), contents)
    for name, components in mapping(content.get("stacks"), "stacks").items():
        contents.stack(str(name), mapping(components, f"stack '{name}'"))


def mapping(content: Any, what: str) -> dict[str, Any]:
    """Returns a part of a file that has to be a mapping, or empty. Raises `InvalidValueError`."""
    if content is None or isinstance(content, dict):
        return content or {}
    raise InvalidValueError(f"The value of {what} is not a mapping.", "Restore the file.")


def read_components(folder: str, registered: dict[str, Any], contents: Contents) -> None:
    """Reads the files of components.

    Args:
        folder: Where the folders of the types are.
        registered: The flavor of each component, by type and name.
        contents: Takes them.
    """
    for component_type, names in registered.items():
        if component_type not in COMPONENT_TYPES:
            contents.problem(f"components of the unknown type '{component_type}' were left out.")
            continue
        for name, flavor in mapping(names, component_type).items():
            file = os.path.join(folder, plural(component_type).replace(" ", "_"), f"{name}.yaml")
            try:
                check_name(component_type.replace("_", " "), str(name))  # which becomes a part of a path
                values = read_yaml(file)
            except LedgerError as error:
                contents.problem(f"{component_type.replace('_', ' ')} '{name}' was left out: {error.message}")
                continue
            if not isinstance(values, dict):
                contents.problem(f"{component_type.replace('_', ' ')} '{name}' was left out: its file is empty.")
                continue
            contents.component(component_type, str(name), str(flavor), values)
