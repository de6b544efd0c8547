"""Before and after, as lines: red what was, green what is."""

from __future__ import annotations

import sys
from collections import namedtuple

from zenml.domain.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from zenml.projections.timeline.differences import Difference

OLD, NEW, HEADING = "red", "green", "bold"

_REPOSITORY = "repository "
"""The name of a repository begins with this; its path follows."""


class DiffLine(namedtuple("DiffLine", "text style", defaults=("", ""))):
    """A line of text, and its style on a terminal."""

    __slots__ = ()
    text: str
    style: str

    def __str__(self) -> str:
        return self.text


def lines(differences: Iterable[Difference]) -> list[DiffLine]:
    """Returns what is different, thing by thing; a thing that came or went has its sign before its name."""
    result = []
    for fields in _by_thing(differences):
        thing = fields[0].thing
        label = "path" if thing.startswith(_REPOSITORY) else "name"  # what the name of the thing says already
        came, went = (
            any(difference.field == label and getattr(difference, end) is None for difference in fields)
            for end in ("old", "new")
        )
        sign, style = ("+ ", NEW) if came else ("- ", OLD) if went else ("", "")
        result.append(DiffLine(f"{sign}{visible(thing)}", style))
        shown = [difference for difference in fields if difference.field != label] if came or went else fields
        width = max((len(difference.field) for difference in shown), default=0)
        result.extend(line for difference in shown for line in _field(difference, difference.field.ljust(width)))
    return result


def _by_thing(differences: Iterable[Difference]) -> list[list[Difference]]:
    """Returns the differences of each thing; one that went and another that has its name now are two."""
    groups: list[list[Difference]] = []
    for difference in differences:
        if (
            not groups
            or difference.thing != groups[-1][0].thing
            or difference.field in (other.field for other in groups[-1])
        ):
            groups.append([])
        groups[-1].append(difference)
    return groups


def write(diff_lines: Iterable[DiffLine]) -> None:
    """Prints lines; on a terminal in their styles, and through a pager if they are more than the screen holds."""
    if not sys.stdout.isatty():
        sys.stdout.writelines(f"{line.text}\n" for line in diff_lines)
        return
    from zenml.cli.screen.terminal import page, styling

    styled = styling()
    page("".join(f"{styled(line.text, line.style)}\n" for line in diff_lines))


def _field(difference: Difference, label: str) -> list[DiffLine]:
    if difference.old == difference.new:  # secrets
        return [DiffLine(f"    {label}  {_text(difference.new)} (changed)")]
    ends = (("-", difference.old, OLD), ("+", difference.new, NEW))
    return [
        DiffLine(f"  {sign} {label}  {_text(value)}", style) for sign, value, style in ends if value is not None
    ]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return visible(value)
    import json

    return visible(json.dumps(value, ensure_ascii=False))
