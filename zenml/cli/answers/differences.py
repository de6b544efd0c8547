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
"""What a repository is called begins with this; its path goes on from there."""


class DiffLine(namedtuple("DiffLine", "text style", defaults=("", ""))):
    """A line of text, and its style on a terminal."""

    __slots__ = ()
    text: str
    style: str

    def __str__(self) -> str:
        return self.text


def lines(differences: Iterable[Difference]) -> list[DiffLine]:
    """Returns what is different, thing by thing; a thing that came or went has its sign before its name."""
    found = []
    for fields in _by_thing(differences):
        thing = fields[0].thing
        label = "path" if thing.startswith(_REPOSITORY) else "name"  # what the name of the thing says already
        came, went = (
            any(it.field == label and getattr(it, end) is None for it in fields) for end in ("old", "new")
        )
        sign, style = ("+ ", NEW) if came else ("- ", OLD) if went else ("", "")
        found.append(DiffLine(f"{sign}{visible(thing)}", style))
        told = [it for it in fields if it.field != label] if came or went else fields
        width = max((len(it.field) for it in told), default=0)
        found.extend(line for it in told for line in _field(it, it.field.ljust(width)))
    return found


def _by_thing(differences: Iterable[Difference]) -> list[list[Difference]]:
    """Returns the differences of each thing; one that went and another that has its name now are two."""
    things: list[list[Difference]] = []
    for it in differences:
        if not things or it.thing != things[-1][0].thing or it.field in (other.field for other in things[-1]):
            things.append([])
        things[-1].append(it)
    return things


def write(written: Iterable[DiffLine]) -> None:
    """Prints lines; on a terminal in their styles, and through a pager if they are more than the screen holds."""
    if not sys.stdout.isatty():
        sys.stdout.writelines(f"{line.text}\n" for line in written)
        return
    from rich.text import Text

    from zenml.cli.screen.terminal import console, page

    screen = console()
    with screen.capture() as drawn:
        for line in written:
            screen.print(Text(line.text, style=line.style), soft_wrap=True)
    page(drawn.get())


def _field(it: Difference, field: str) -> list[DiffLine]:
    if it.old == it.new:  # secrets
        return [DiffLine(f"    {field}  {_text(it.new)} (changed)")]
    ends = (("-", it.old, OLD), ("+", it.new, NEW))
    return [
        DiffLine(f"  {sign} {field}  {_text(value)}", style) for sign, value, style in ends if value is not None
    ]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return visible(value)
    import json

    return visible(json.dumps(value, ensure_ascii=False))
