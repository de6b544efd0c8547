"""What to do about a redaction: a table by the code of the problem, as in `zenml.cli.mistakes.next_steps`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_LIST = 'Run "zenml audit redact --value-from-stdin --dry-run" to see where a value is.'
_SHOWN = 5  # fields that are named


def _no_such_value(options: Sequence[str], *, position: int, fields: Sequence[str]) -> str:
    """Names the fields of the event that can go."""
    named = ", ".join(fields[:_SHOWN])
    return f"It has {named}{' and others' if len(fields) > _SHOWN else ''}." if fields else _LIST


STEPS: Mapping[str, str | Callable[..., str]] = {
    "redaction_without_reason": "Add --reason 'why'.",
    "redaction_repeats_value": "Run it with other words, under another name or in another folder.",
    "value_too_short": 'Name its place: "zenml audit redact POSITION FIELD".',
    "value_unreadable": "Give it as UTF-8 text.",
    "no_such_position": _LIST,
    "no_such_value": _no_such_value,
    "not_among_found": "Write one of those that are listed without --only.",
}
"""Sentences with the values of a problem in braces, or functions that make one of them."""
