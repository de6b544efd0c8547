"""The files that ``zenml stack export`` writes: one stack with its components, here and in every ZenML since 0.8.

``components`` maps a type to the flavor, the name and the parameters of the component; ``stack_name`` and
``zenml_version`` are beside it. Ours have ``change`` too, the change at which they were taken. Since ZenML
0.20 the parameters are under ``configuration``, stacks have no metadata store, and there are more types.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from zenml.documents.document import field
from zenml.documents.files import parse, read_yaml
from zenml.documents.kinds import describe_other_kind, is_stack_export
from zenml.documents.profile import ComponentDocument, ProfileDocument
from zenml.domain.component_types import COMPONENT_TYPES, display
from zenml.domain.errors import InvalidValueError

_EXPORT_AGAIN = "Export the stack again, or fix the file."
_NESTED = "configuration"
_REGISTERED = ("id", "uuid", "type", "user", "project", "workspace", "is_shared", "created", "updated")
"""What a component of ZenML 0.20 and later has beside its parameters, and has no meaning elsewhere."""


class StackExport(ProfileDocument):
    """An exported stack as a document with one stack, which may have no metadata store.

    Attributes:
        left_out: What the file has that is not supported here, a sentence each.
        of_zenml: Whether ZenML wrote it: its flavors may take what ours do not, and nothing must be lost.
    """

    left_out: list[str] = field(default_factory=list)
    of_zenml: bool = False


class _Part(NamedTuple):
    """A component as such a file has it."""

    component_type: str
    name: Any
    flavor: Any
    parameters: dict[str, Any]
    lost: list[str]


def read_stack_export(path: str) -> StackExport:
    """Returns an exported stack as a document.

    Raises:
        NotFoundError: There is no such file.
        InvalidValueError: It cannot be read, or holds no stack.
    """
    content = read_yaml(path)
    if not is_stack_export(content):
        raise describe_other_kind(content, path) or InvalidValueError(
            f"The file '{path}' is not an exported stack: it needs 'components' and 'stack_name'.",
            code="not_a_stack_export",
        )
    return stack_document(content, path)


def stack_document(content: dict[str, Any], path: str) -> StackExport:
    """Returns the parsed YAML of an exported stack as a document. Raises `InvalidValueError`."""
    of_zenml = "change" not in content
    nested = of_zenml and _is_nested(content.get("zenml_version"))
    listed = [
        (str(kind).replace("-", "_"), part) for kind, part in content["components"].items() if part is not None
    ]
    if len(dict(listed)) < len(listed):
        raise InvalidValueError(f"{path}: a type of components is there twice, with - and with _.", _EXPORT_AGAIN)
    parts = [_part(kind, part, path, nested=nested) for kind, part in listed]
    known = [part for part in parts if part.component_type in COMPONENT_TYPES]
    _check_whole(content["stack_name"], known, path)
    document = parse(
        {
            "components": [
                {
                    "type": part.component_type,
                    "name": part.name,
                    "flavor": part.flavor,
                    "parameters": part.parameters,
                }
                for part in known
            ],
            "stacks": [
                {"name": content["stack_name"], "components": {part.component_type: part.name for part in known}}
            ],
        },
        path,
    )
    return StackExport(
        components=document.components,
        stacks=document.stacks,
        left_out=[sentence for part in parts if (sentence := _describe_left_out(part))],
        of_zenml=of_zenml,
    )


def with_metadata_store(export: StackExport) -> StackExport:
    """Returns it as a separate profile, whose stack gets the metadata store of a new profile if it has none."""
    (stack,) = export.stacks
    if "metadata_store" in stack.components:
        return export
    store = ComponentDocument(type="metadata_store", name="default", flavor="sqlite")
    completed = stack.replace(components={**stack.components, store.type: store.name})
    return export.replace(components=[*export.components, store], stacks=[completed])


def _is_nested(version: Any) -> bool:
    """Tells whether a version of ZenML writes ``configuration``; one that is not said is taken for a later one."""
    numbers = str(version).split(".")[:2]
    if len(numbers) < 2 or not all(number.isascii() and number.isdecimal() for number in numbers):
        return True
    return (int(numbers[0]), int(numbers[1])) >= (0, 20)


def _part(kind: str, part: Any, path: str, *, nested: bool) -> _Part:
    if not isinstance(part, dict) or "name" not in part or "flavor" not in part:
        raise InvalidValueError(
            f"{path}: the component of the type {kind} has no name or no flavor.",
            _EXPORT_AGAIN,
        )
    values = {key: value for key, value in part.items() if key not in ("name", "flavor")}
    if not nested:
        return _Part(kind, part["name"], part["flavor"], _without(values, "uuid"), [])
    if _NESTED not in values:
        return _Part(kind, part["name"], part["flavor"], _without(values, "id", "uuid", "type"), [])
    parameters = values[_NESTED] or {}
    if not isinstance(parameters, dict):
        raise InvalidValueError(
            f"{path}: {_NESTED} of the component of the type {kind} must be a mapping.", _EXPORT_AGAIN
        )
    return _Part(
        kind,
        part["name"],
        part["flavor"],
        parameters,
        [key for key in values if values[key] and key not in (_NESTED, *_REGISTERED)],
    )


def _without(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key not in names}


def _check_whole(name: Any, known: list[_Part], path: str) -> None:
    """Refuses what would not be a stack; a metadata store, which ZenML has no longer, is found elsewhere."""
    missing = {"artifact_store", "orchestrator"} - {part.component_type for part in known}
    if missing:
        listed = " and no ".join(display(kind) for kind in sorted(missing))
        raise InvalidValueError(f"{path}: the stack '{name}' has no {listed}.", _EXPORT_AGAIN)


def _describe_left_out(part: _Part) -> str | None:
    kind = display(part.component_type)
    if part.component_type not in COMPONENT_TYPES:
        return (
            f"{kind.capitalize()} '{part.name}' was left out: components of the type '{kind}' are not known here."
        )
    if part.lost:
        lost = ", ".join(part.lost)
        return f"{kind.capitalize()} '{part.name}' was imported without its {lost}, which are not supported here."
    return None
