"""Words what is wrong with a document, and where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zenml.documents.document import Document
from zenml.documents.forms import MISSING, UNKNOWN, Mistake
from zenml.documents.profile import ComponentDocument, FlavorDocument, ProfileDocument, StackDocument
from zenml.domain.component_types import COMPONENT_TYPES
from zenml.domain.suggestions import did_you_mean

_ITEMS: dict[str, tuple[str, type[Document]]] = {
    "flavors": ("flavor", FlavorDocument),
    "components": ("component", ComponentDocument),
    "stacks": ("stack", StackDocument),
}


def first_problem(mistakes: Sequence[Mistake], content: Any) -> tuple[str, str]:
    """Returns the mistake to name first in a document, and a suggestion; empty where there is none.

    Args:
        mistakes: What was found.
        content: What was read: its items are named in the sentence.
    """
    first = _first(mistakes)
    steps = list(first.place)
    item = ""
    kind: type[Document] = ProfileDocument
    if len(steps) > 1 and steps[0] in _ITEMS:
        called, kind = _ITEMS[str(steps[0])]
        item = _item(called, content[steps[0]], int(steps[1]))
        steps = steps[2:]
    place = f" ({item})" if item else ""
    if not steps:
        return f"{item or 'the file'} {first.words}", ""
    key = ".".join(map(str, steps))
    if first.words == MISSING:
        return f"missing key '{key}'{place}", ""
    if first.words == UNKNOWN:
        return f"unknown key '{key}'{place}", did_you_mean(key, list(kind.fields()))
    suggestion = did_you_mean(_mistyped(first, content), list(COMPONENT_TYPES))
    return f"'{key}' {'is not a component type' if suggestion else first.words}{place}", suggestion


def _mistyped(mistake: Mistake, content: Any) -> str:
    """Returns the text in the place of a component type; empty if the place is for something else."""
    *_, last = mistake.place
    if mistake.is_key:
        return str(last)
    if last != "type":
        return ""
    for step in mistake.place:
        content = content[step]
    return content.replace("-", "_") if isinstance(content, str) else ""


def _first(mistakes: Sequence[Mistake]) -> Mistake:
    """Returns the one to name: a key that is not known explains the missing one beside it."""
    first = mistakes[0]
    unknown = (one for one in mistakes if one.place[:-1] == first.place[:-1] and one.words == UNKNOWN)
    return next(unknown, first) if first.words == MISSING else first


def _item(kind: str, items: Any, index: int) -> str:
    """Returns what an item of a list is called: people count from one, and know it by its name."""
    name = items[index].get("name") if isinstance(items[index], dict) else None
    return f"{kind} {index + 1}{f', {name!r}' if name and isinstance(name, str) else ''}"
