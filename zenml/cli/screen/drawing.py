"""Draws tables as lines of text, on a terminal and into a pipe. Imports nothing: a reading command needs it."""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zenml.cli.screen.tables import Table

MARKER = "👉"
"""The cell that marks the active row."""

HEAVY = "┏━┯┓┃│┠─┼┨┗┷┛"
PLAIN = "+-++||+-+++++"
"""The frame where the output's encoding lacks the heavy one; in the same order."""


class Row(namedtuple("Row", "cells below", defaults=((),))):
    """A row as it is drawn: of each cell its lines, and the lines below them all."""

    __slots__ = ()
    cells: tuple[Sequence[str], ...]
    below: Sequence[str]


class Layout(namedtuple("Layout", "widths header rows notes", defaults=((),))):
    """An arranged table: the widths of the columns, the header, the rows, and the notes under the table."""

    __slots__ = ()
    widths: Sequence[int]
    header: Row
    rows: Sequence[Row]
    notes: Sequence[str]


def draw_lines(table: Table, layout: Layout, frame: str = HEAVY) -> Iterator[tuple[str, str]]:
    """Yields the lines of a table, each with its style on a terminal."""
    (
        top_left, heavy, top_crossing, top_right, edge, between,
        left, light, crossing, right, bottom_left, bottom_crossing, bottom_right,
    ) = tuple(frame)  # fmt: skip
    widths, first_is_centred = layout.widths, table.active_column

    def rule(first: str, line: str, joint: str, last: str) -> str:
        return first + joint.join(line * (width + 2) for width in widths) + last

    def lines_of(row: Row) -> Iterator[str]:
        for number in range(max(map(len, row.cells))):
            cells = (lines[number] if number < len(lines) else "" for lines in row.cells)
            padded = (
                _pad(cell, widths[index], centred=first_is_centred and index == 0)
                for index, cell in enumerate(cells)
            )
            yield f"{edge} {f' {between} '.join(padded)} {edge}"
        for line in row.below:
            yield f"{edge} {_pad(line, inner, centred=False)} {edge}"

    top = rule(top_left, heavy, top_crossing, top_right)
    inner = len(top) - 4
    if table.title:
        yield _pad(table.title, len(top), centred=True).rstrip(), "italic"
    yield top, ""
    for line in lines_of(layout.header):
        yield line, "bold"
    yield rule(left, light, crossing, right), ""
    for number, row in enumerate(layout.rows):
        for line in lines_of(row):
            yield line, "dim" if number in table.faded else ""
    yield rule(bottom_left, heavy, bottom_crossing, bottom_right), ""
    if table.caption:
        yield _pad(table.caption, len(top), centred=True).rstrip(), "dim italic"
    for note in layout.notes:
        yield note, "dim"


def _pad(text: str, width: int, *, centred: bool) -> str:
    blanks = max(0, width - text_width(text))
    left = blanks // 2 if centred else 0
    return " " * left + text + " " * (blanks - left)


def text_width(text: str) -> int:
    """Returns how many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    if text == MARKER:
        return 2  # without rich's tables, so that an active row costs nothing
    from rich.cells import cell_len

    return cell_len(text)
