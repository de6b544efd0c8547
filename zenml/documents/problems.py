"""Words what is wrong with a document, and where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from zenml.documents.profile import ComponentDocument, FlavorDocument, ProfileDocument, StackDocument
from zenml.domain.component_types import COMPONENT_TYPES
from zenml.domain.suggestions import did_you_mean

_ITEMS: dict[str, tuple[str, type[BaseModel]]] = {
    "flavors": ("flavor", FlavorDocument),
    "components": ("component", ComponentDocument),
    "stacks": ("stack", StackDocument),
}
_WORDS = {
    "string_type": "must be text; put it in quotes",
    "dict_type": "must be a mapping",
    "list_type": "must be a list",
    "model_type": "must be a mapping",
}


def first_problem(error: ValidationError, content: Any) -> tuple[str, str]:
    """Returns the first problem of a document, and a suggestion; empty where there is none.

    Args:
        error: What the validation of the document raised.
        content: What was validated: its items are named in the sentence.
    """
    first = _first(error.errors(include_input=False, include_url=False))
    steps = [step for step in first["loc"] if step != "[key]"]
    item = ""
    model: type[BaseModel] = ProfileDocument
    if len(steps) > 1 and steps[0] in _ITEMS:
        kind, model = _ITEMS[str(steps[0])]
        item = _item(kind, content[steps[0]], int(steps[1]))
        steps = steps[2:]
    place = f" ({item})" if item else ""
    if not steps:
        return f"{item or 'the file'} {_words(first)}", ""
    key = ".".join(map(str, steps))
    if first["type"] == "missing":
        return f"missing key '{key}'{place}", ""
    if first["type"] == "extra_forbidden":
        return f"unknown key '{key}'{place}", did_you_mean(key, list(model.model_fields))
    suggestion = did_you_mean(_mistyped(first["loc"], content), list(COMPONENT_TYPES))
    return f"'{key}' {'is not a component type' if suggestion else _words(first)}{place}", suggestion


def _mistyped(steps: Sequence[Any], content: Any) -> str:
    """Returns the text in the place of a component type; empty if the place is for something else."""
    if steps[-1] == "[key]":
        return str(steps[-2])
    if steps[-1] != "type":
        return ""
    for step in steps:
        content = content[step]
    return content.replace("-", "_") if isinstance(content, str) else ""


def _first(problems: Any) -> Any:
    """Returns the problem to name: a key that is not known explains the missing one beside it."""
    first = problems[0]
    unknown_keys = [
        problem
        for problem in problems
        if problem["loc"][:-1] == first["loc"][:-1] and problem["type"] == "extra_forbidden"
    ]
    return unknown_keys[0] if unknown_keys and first["type"] == "missing" else first


def _item(kind: str, items: Any, index: int) -> str:
    """Returns what an item of a list is called: people count from one, and know it by its name."""
    name = items[index].get("name") if isinstance(items[index], dict) else None
    return f"{kind} {index + 1}{f', {name!r}' if name and isinstance(name, str) else ''}"


def _words(problem: Any) -> str:
    return _WORDS.get(problem["type"]) or str(problem.get("ctx", {}).get("error", "is not valid"))
