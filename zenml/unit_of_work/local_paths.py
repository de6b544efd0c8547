"""Folders that local components keep their data in."""

from __future__ import annotations

import os

from zenml.domain.component_types import display
from zenml.domain.errors import NotAllowedError
from zenml.flavors.base import StackComponent


def make_local_path(component: StackComponent) -> None:
    """Makes the folder a component needs on this machine, if it needs one.

    Raises:
        NotAllowedError: It cannot be made.
    """
    path = component.local_path
    if path is None:
        return
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        raise NotAllowedError(
            f"The folder {path} of {display(component.TYPE)} '{component.name}' cannot be created: "
            f"{error.strerror}.",
            "Give a path that can be written.",
        ) from error
