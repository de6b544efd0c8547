"""Before and after, as lines: red what was, green what is."""

from __future__ import annotations

import sys
from collections import namedtuple

from zenml.domain.visible import visible
from zenml.history.changed_things import changed_things, value_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from zenml.projections.timeline.differences import Difference

OLD, NEW, HEADING = "red", "green", "bold"
_SIGNS = {"came": ("+ ", NEW), "went": ("- ", OLD), "changed": ("", "")}


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
    for changed in changed_things(differences):
        sign, style = _SIGNS[changed.became]
        result.append(DiffLine(f"{sign}{visible(changed.thing)}", style))
        width = max((len(difference.field) for difference in changed.fields), default=0)
        for difference in changed.fields:
            result += _field(difference, difference.field.ljust(width))
    return result


def write(diff_lines: Iterable[DiffLine]) -> None:
    """Prints lines; on a terminal in their styles, and through a pager if they are more than the screen holds."""
    if not sys.stdout.isatty():
        sys.stdout.writelines(f"{line.text}\n" for line in diff_lines)
        return
    from zenml.cli.screen.terminal import page, styling

    styled = styling()
    page("".join(f"{styled(line.text, line.style)}\n" for line in diff_lines))


def _field(difference: Difference, label: str) -> list[DiffLine]:
    if difference.old == difference.new:  # secrets, and components that are different themselves
        return [DiffLine(f"    {label}  {_text(difference.new)} (changed)")]
    ends = (("-", difference.old, OLD), ("+", difference.new, NEW))
    return [
        DiffLine(f"  {sign} {label}  {_text(value)}", style) for sign, value, style in ends if value is not None
    ]


def _text(value: Any) -> str:
    return visible(value_text(value))
