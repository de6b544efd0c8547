"""Tells the kinds of files apart that people have of this program and of ZenML, and names what takes each."""

from __future__ import annotations

import os
from typing import Any

from zenml.domain.errors import InvalidValueError
from zenml.domain.secrecy import without_passwords

_STACKS = ("stacks", "stack_components")
_OF_LATER = (
    *("store", "secrets_store", "backup_secrets_store", "user_id"),
    *("active_stack_id", "active_workspace_id", "active_workspace_name"),
    *("active_project_id", "active_project_name"),
)
"""What the configuration of ZenML 0.20 and later may have beside its version."""


def is_stack_export(content: Any) -> bool:
    """Tells whether parsed YAML is an exported stack."""
    return isinstance(content, dict) and "stack_name" in content and isinstance(content.get("components"), dict)


def is_legacy(content: Any) -> bool:
    """Tells whether parsed YAML is the ``.zen/config.yaml`` of a repository of before ZenML 0.7."""
    return isinstance(content, dict) and all(isinstance(content.get(key), dict) for key in _STACKS)


def is_profiles(content: Any) -> bool:
    """Tells whether parsed YAML is the ``config.yaml`` of ZenML 0.7 to 0.13."""
    return isinstance(content, dict) and isinstance(content.get("profiles"), dict)


def is_document(content: Any) -> bool:
    """Tells whether parsed YAML is meant to be a profile, or a part of one, as ``zenml export`` writes it."""
    parts = ("components", "stacks", "flavors")
    return isinstance(content, dict) and any(isinstance(content.get(part), list) for part in parts)


def is_later_config(content: Any) -> bool:
    """Tells whether parsed YAML is the ``config.yaml`` of ZenML 0.20 or later, whose stacks are elsewhere."""
    if not isinstance(content, dict) or "profiles" in content:
        return False
    store = content.get("store")
    of_store = isinstance(store, dict) and "type" in store
    return of_store or ("version" in content and any(key in content for key in _OF_LATER))


def later_config(content: dict[str, Any]) -> str:
    """Returns what such a configuration is of, and where its stacks are, without the passwords."""
    version, store = content.get("version"), content.get("store")
    program = f"ZenML {version}" if version else "ZenML 0.20 or later"
    url = store.get("url") if isinstance(store, dict) else None
    location = f"in its store at {without_passwords(str(url))}" if url else "in its own database"
    return f"of {program}, whose stacks are {location}"


def describe_other_kind(content: Any, path: str) -> InvalidValueError | None:
    """Returns the error for a file that another command takes; None if none does."""
    if is_stack_export(content):
        stack = str(content["stack_name"])
        return InvalidValueError(
            f"The file '{path}' is one exported stack.", code="stack_export_given", stack=stack, path=path
        )
    if is_later_config(content):
        message = f"The file '{path}' is the configuration {later_config(content)}."
        return InvalidValueError(message, code="later_zenml", folders=())
    if is_profiles(content):
        description = "the configuration of ZenML 0.7 to 0.13"
    elif is_legacy(content):
        description = "the list of the stacks of ZenML 0.13 or earlier"
    elif isinstance(content, dict) and "zenml_plan" in content:
        return InvalidValueError(f"The file '{path}' is a plan.", code="plan_given", path=path)
    elif is_document(content):
        message = f"The file '{path}' is a profile, or a part of one."
        return InvalidValueError(message, code="document_given", path=path)
    else:
        return None
    folder = os.path.dirname(path) or "."
    return InvalidValueError(f"The file '{path}' is {description}.", code="configuration_given", folder=folder)
