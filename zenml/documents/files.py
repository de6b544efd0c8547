"""Reads documents from YAML files."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

from zenml.documents.forms import UnfitError
from zenml.documents.kinds import describe_other_kind, is_document
from zenml.documents.opening import UnreadableFileError, read_text
from zenml.documents.plain_data import UnusableTextError, read_yaml_text
from zenml.documents.profile import ProfileDocument
from zenml.domain.errors import InvalidValueError, NotFoundError


def read_documents(paths: list[str], *, mixed: bool = False) -> ProfileDocument:
    """Returns the contents of files as one document.

    Args:
        paths: Files, and folders all of whose ``*.yaml`` and ``*.yml`` are read.
        mixed: Whether they may name different profiles; the returned document then names none.

    Raises:
        NotFoundError: There is no such file, or no file in a folder.
        InvalidValueError: One cannot be read or is not such a document, an item is in them twice, or they name
            different profiles.
    """
    documents = [(path, read_document(path)) for argument in paths for path in _files(argument)]
    paths_by_profile = {document.profile: path for path, document in documents if document.profile is not None}
    if len(paths_by_profile) > 1 and not mixed:
        (profile, first), (other_profile, second), *_ = paths_by_profile.items()
        raise InvalidValueError(
            f"{first} is for profile '{profile}', and {second} is for profile '{other_profile}'.",
            "Apply them one at a time, or add --to PROFILE to apply them all to the active profile.",
        )
    for collection in ("flavors", "components", "stacks"):
        _check_once(
            collection, [(path, item) for path, document in documents for item in getattr(document, collection)]
        )
    return ProfileDocument(
        profile=next(iter(paths_by_profile)) if len(paths_by_profile) == 1 else None,
        flavors=[flavor for _, document in documents for flavor in document.flavors],
        components=[component for _, document in documents for component in document.components],
        stacks=[stack for _, document in documents for stack in document.stacks],
    )


def read_document(path: str) -> ProfileDocument:
    """Returns the contents of one file. Raises as `read_documents` does."""
    content = read_yaml(path) or {}
    wrong_kind = None if is_document(content) else describe_other_kind(content, path)
    if wrong_kind is not None:
        raise wrong_kind
    return parse(content, path).read_from(path)


def parse(content: Any, path: str) -> ProfileDocument:
    """Returns parsed YAML as a document; ``path`` is named in errors."""
    try:
        return ProfileDocument.from_fields(content)
    except UnfitError as error:
        from zenml.documents.problems import first_problem

        problem, suggestion = first_problem(error.mistakes, content)
        raise InvalidValueError(f"{path}: {problem}.", suggestion, code="not_a_document") from None


def read_yaml(path: str) -> Any:
    """Returns what a YAML file holds; None for an empty one.

    Raises:
        NotFoundError: There is no such file.
        InvalidValueError: It cannot be read, or is not plain YAML within the limits.
    """
    try:
        return read_yaml_text(read_text(path))
    except FileNotFoundError:
        raise NotFoundError(f"The file '{path}' does not exist.", "Give the path of an existing file.") from None
    except UnreadableFileError as error:
        raise InvalidValueError(f"The file '{path}' cannot be read: {error}.", "Give a YAML file.") from error
    except UnusableTextError as error:
        raise InvalidValueError(f"The file '{path}' {error}.", "Fix the file.", code="not_a_document") from error


def _files(path: str) -> Iterator[str]:
    if not os.path.isdir(path):
        yield path
        return
    names = sorted(name for name in os.listdir(path) if name.endswith((".yaml", ".yml")))
    if not names:
        raise NotFoundError(f"The folder '{path}' has no YAML file.", "Put *.yaml files into it.")
    yield from (os.path.join(path, name) for name in names)


def _check_once(collection: str, items: list[tuple[str, Any]]) -> None:
    """Refuses an item that is in the files twice, by name or by id."""
    names = Counter((getattr(item, "type", ""), item.name) for _, item in items)
    ids = Counter(item.id for _, item in items if item.id is not None)
    for path, item in items:
        twice = names[getattr(item, "type", ""), item.name] > 1
        if twice or ids[item.id] > 1:
            kind = f"{item.type.replace('_', ' ')} " if hasattr(item, "type") else ""
            item_name = (
                f"{kind}{collection[:-1]} '{item.name}'" if collection != "components" else f"{kind}'{item.name}'"
            )
            problem = "is" if twice else "has an id that is"
            raise InvalidValueError(f"{path}: {item_name} {problem} in the files twice.", "Leave one of them out.")
