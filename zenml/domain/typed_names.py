"""Things as people name them where it has to be clear which is meant: ``TYPE/NAME``, ``stack/NAME``."""

from __future__ import annotations

from zenml.domain.component_types import COMPONENT_TYPES, command, display
from zenml.domain.errors import InvalidValueError
from zenml.domain.suggestions import did_you_mean, typed

NAMED = ("stack", "profile", "label")
"""What can be typed as ``KIND/NAME`` beside components. No name has a slash in it, so it is unambiguous."""


def type_named(text: str) -> str | None:
    """Returns the type that a text spells, with hyphens, underscores or spaces; None if it spells none."""
    spelled = text.strip().lower().replace("-", "_").replace(" ", "_")
    return spelled if spelled in COMPONENT_TYPES else None


def stack_named(text: str) -> str | None:
    """Returns the name of a stack that is given as ``stack:NAME`` or ``stack/NAME``; None for any other text."""
    for mark in ("stack:", "stack/"):
        if text.startswith(mark) and text != mark:
            return text.removeprefix(mark)
    return None


def component_named(text: str) -> tuple[str, str]:
    """Returns type and name of a component given as ``TYPE/NAME``.

    Raises:
        InvalidValueError: It has no type, or there is no such type.
    """
    spelled, slash, name = text.partition("/")
    component_type = type_named(spelled)
    if slash and name and component_type:
        return component_type, name
    if slash and component_type is None:
        types = [command(known) for known in COMPONENT_TYPES]
        advice = did_you_mean(spelled.replace("_", "-"), types) or f"The types are: {', '.join(types)}."
        raise InvalidValueError(f"'{spelled}' is not a component type.", advice)
    if slash:
        raise InvalidValueError(
            f"'{text}' does not say which {display(component_type or '')} is meant.",
            code="name_not_given",
            component_type=component_type,
        )
    raise InvalidValueError(
        f"'{text}' does not say of which type the component is.",
        f"Write its type too: {typed(f'orchestrator/{text}')}.",
    )


def name_of(kind: str, text: str) -> str:
    """Returns a name where its kind is known; it may be typed as ``KIND/NAME`` there too.

    Args:
        kind: A type of components, or one of `NAMED`.
        text: What was typed.

    Raises:
        InvalidValueError: The kind that is typed is another one.
    """
    spelled, slash, name = text.partition("/")
    named = (spelled if spelled in NAMED else type_named(spelled)) if slash and name else None
    if named is None:
        return text
    if named != kind:
        expected = display(kind) if named not in NAMED and kind not in NAMED else _format_kind(kind)
        raise InvalidValueError(
            f"'{text}' names {_format_kind(named)}, not {expected}.",
            code="other_kind_named",
            kind=kind,
        )
    return name


def _format_kind(kind: str) -> str:
    return f"a {kind}" if kind in NAMED else f"a component of the type {display(kind)}"
