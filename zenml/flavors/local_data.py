"""Where components keep data on this machine."""

from __future__ import annotations

import os
import re

from pydantic import ValidationInfo

from zenml.domain.errors import NotAllowedError
from zenml.paths import config_directory, from_the_root, local_store_directory

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def local_place(path: str, info: ValidationInfo, file_name: str = "") -> str:
    """Returns the absolute path a component keeps its data at, for use in a field validator.

    A relative path is taken from the working directory now, since later commands run elsewhere; ``~`` is
    the home folder.

    Args:
        path: As given; empty for the component's own folder in the configuration folder.
        info: What pydantic knows of the component so far: its uuid names the folder.
        file_name: The file in that folder, if the data is one file.

    Raises:
        ValueError: The path is a URL, or cannot be a path.
    """
    if not path:
        folder = local_store_directory(config_directory(), str(info.data.get("uuid")))
        return os.path.join(folder, file_name) if file_name else folder
    if _SCHEME.match(path):
        raise ValueError(
            "must be a path on this machine; it starts with one of the remote prefixes "
            "(s3://, gs://, az://, abfs://, hdfs:// …)"
        )
    if "\0" in path:
        raise ValueError("must be a path on this machine; it has a NUL character in it")
    try:
        return os.path.normpath(from_the_root(path))
    except NotAllowedError as error:
        raise ValueError(f"must be absolute: {error.message[0].lower()}{error.message[1:-1]}") from None
