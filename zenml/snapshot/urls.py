"""The URLs of profiles: where they are."""

from __future__ import annotations

import os
from collections.abc import Iterable

from zenml import paths
from zenml.domain.errors import InvalidValueError
from zenml.domain.names import check_name
from zenml.domain.secrecy import without_passwords

STORE_TYPES = ("local", "sql", "rest")
_FILE = "file://"


def check_new_profile(name: str, store_type: str) -> None:
    """Makes sure that a profile can have a name, and be in a kind of store. Raises `InvalidValueError`."""
    check_name("profile", name)  # before a folder is named after it
    if store_type not in STORE_TYPES:
        raise InvalidValueError(f"'{store_type}' is not a store type.", f"The types are {', '.join(STORE_TYPES)}.")


def local_profile_url(config_directory: str, name: str, url: str | None, others: Iterable[str] = ()) -> str:
    """Returns the URL of a new profile: a folder that will hold its ``profile.yaml``.

    The usual folder is named after the profile, with a number behind it where another profile has that folder:
    one that was renamed keeps its own, and a file system may not tell upper from lower case.

    Args:
        config_directory: The configuration folder.
        name: The profile's name.
        url: Another folder than the usual one, as a path or a ``file://`` URL.
        others: The URLs of the other profiles.

    Raises:
        InvalidValueError: The URL is not valid.
        NotAllowedError: The folder is relative, and the working directory was removed.
    """
    if not url:
        return _FILE + _free_folder(paths.profile_directory(config_directory, name), list(map(_folder, others)))
    path = url.removeprefix(_FILE)
    if "://" in path or not path:
        raise InvalidValueError(f"Invalid URL for store type `local`: {without_passwords(url)}", "Give a folder.")
    absolute = os.path.normpath(paths.from_the_root(path))
    return _FILE + absolute if url.startswith(_FILE) else absolute


def _folder(url: str) -> str:
    return url.removeprefix(_FILE)


def _free_folder(usual: str, taken: list[str]) -> str:
    folder, number = usual, 1
    while any(_same_folder(folder, taken_folder) for taken_folder in taken):
        number += 1
        folder = f"{usual}-{number}"
    return folder


def _same_folder(one: str, other: str) -> bool:
    if one == other:
        return True
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False  # one of them does not exist, so that they are not the same


def profile_file(url: str) -> str:
    """Returns the file that a local profile's URL leads to: the copy of its contents for people."""
    return os.path.join(_folder(url), "profile.yaml")
