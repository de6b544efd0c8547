"""The files that ``zenml stack export`` writes: one stack with its components, as ZenML has them.

The shape is that of ZenML 0.13.2: ``components`` maps a type to the flavor, the name and the parameters of
the component; ``stack_name`` and ``zenml_version`` stand beside it. Ours have ``change`` too, the change at
which they were taken.
"""

from __future__ import annotations

from typing import Any

from zenml.documents.files import parse, read_yaml
from zenml.documents.profile import ProfileDocument
from zenml.domain.errors import InvalidValueError

_OWN = ("flavor", "name", "uuid")


def is_stack_export(content: Any) -> bool:
    """Tells whether parsed YAML is an exported stack."""
    return isinstance(content, dict) and "stack_name" in content and isinstance(content.get("components"), dict)


def read_stack_export(path: str) -> ProfileDocument:
    """Returns an exported stack as a document with one stack.

    Raises:
        NotFoundError: There is no such file.
        InvalidValueError: It cannot be read, or holds no stack.
    """
    content = read_yaml(path)
    if not is_stack_export(content):
        raise InvalidValueError(
            f"The file '{path}' is not an exported stack: it needs 'components' and 'stack_name'.",
            'Run "zenml stack export" to write one.',
        )
    return stack_document(content, path)


def stack_document(content: dict[str, Any], path: str) -> ProfileDocument:
    """Returns the parsed YAML of an exported stack as a document. Raises `InvalidValueError`."""
    parts = {kind: part for kind, part in content["components"].items() if part is not None}
    for kind, part in parts.items():
        if not isinstance(part, dict) or "name" not in part or "flavor" not in part:
            raise InvalidValueError(
                f"{path}: the {kind} has no name or no flavor.",
                "Export the stack again, or fix the file.",
            )
    return parse(
        {
            "components": [
                {
                    "type": kind,
                    "name": part["name"],
                    "flavor": part["flavor"],
                    "parameters": {key: value for key, value in part.items() if key not in _OWN},
                }
                for kind, part in parts.items()
            ],
            "stacks": [
                {
                    "name": content["stack_name"],
                    "components": {kind: part["name"] for kind, part in parts.items()},
                }
            ],
        },
        path,
    )
