"""Reads a repository as ZenML kept it before version 0.7: its stacks and components are in ``.zen`` itself."""

from __future__ import annotations

import os

from zenml.documents.files import read_yaml
from zenml.documents.found_profiles import Contents, FoundProfile
from zenml.documents.kinds import is_legacy
from zenml.documents.zenml_config import mapping, read_components
from zenml.domain.errors import InvalidValueError


def read_legacy(folder: str, name: str, problems: list[str]) -> FoundProfile:
    """Returns the contents of such a repository as a profile.

    Args:
        folder: Its folder ``.zen``.
        name: What to call the profile.
        problems: Receives what could not be read, a sentence each.

    Raises:
        NotFoundError: There is no such file.
        InvalidValueError: It is not such a repository.
    """
    path = os.path.join(folder, "config.yaml")
    content = read_yaml(path)
    if not is_legacy(content):
        raise InvalidValueError(
            f"The file '{path}' does not hold the stacks of a legacy repository.", "Give another."
        )
    contents = Contents(name, problems)
    read_components(folder, content["stack_components"], contents)
    for stack, components in content["stacks"].items():
        contents.stack(str(stack), mapping(components, f"stack '{stack}'"))
    active = content.get("active_stack_name")
    return contents.profile(folder, str(active) if active else None)
