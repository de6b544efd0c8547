"""Draws tables as lines of text, on a terminal and into a pipe. Imports little: a reading command needs it."""

from __future__ import annotations

from collections import namedtuple

from zenml.cli.screen.widths import text_width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from zenml.cli.screen.tables import Table

HEAVY = "┏━┯┓┃│┠─┼┨┗┷┛"
PLAIN = "+-++||+-+++++"
"""The frame where the output's encoding lacks the heavy one; in the same order."""


class Row(namedtuple("Row", "lines below", defaults=((),))):
    """A row as it is drawn: the cells of each of its lines, and the lines below them all."""

    __slots__ = ()
    lines: Sequence[Sequence[str]]
    below: Sequence[str]


class Layout(namedtuple("Layout", "widths header rows notes", defaults=((),))):
    """An arranged table: the widths of the columns, the header, the rows, and the notes under the table."""

    __slots__ = ()
    widths: Sequence[int]
    header: Row
    rows: Sequence[Row]
    notes: Sequence[str]


def unstyled(text: str, style: str) -> str:
    """Returns a text as a pipe gets it."""
    return text


def draw_lines(
    table: Table, layout: Layout, frame: str = HEAVY, styled: Callable[[str, str], str] = unstyled
) -> Iterator[str]:
    """Yields the lines of a table.

    Args:
        table: What is drawn.
        layout: How it is arranged.
        frame: The characters of the frame, as in `HEAVY`.
        styled: Returns a text in a style; edges, which are one line from top to bottom, have none.
    """
    (
        top_left, heavy, top_crossing, top_right, edge, between,
        left, light, crossing, right, bottom_left, bottom_crossing, bottom_right,
    ) = tuple(frame)  # fmt: skip
    first_width, *widths = layout.widths
    first_is_centred, faded = table.active_column, table.faded
    # padding is done in C where a text is as wide as it is long
    padded = "".join(f" {between} %-{width}s" for width in widths)

    def rule(first: str, line: str, joint: str, last: str) -> str:
        return first + joint.join(line * (width + 2) for width in layout.widths) + last

    def join_cells(cells: Sequence[str]) -> str:
        first, rest = _pad(cells[0], first_width, centred=first_is_centred), tuple(cells[1:])
        if "".join(rest).isascii():
            return first + padded % rest
        return f" {between} ".join((first, *map(_pad, rest, widths)))

    def lines_of(row: Row, style: str) -> Iterator[str]:
        texts = [*map(join_cells, row.lines), *(_pad(line, inner) for line in row.below)]
        for text in texts:
            yield f"{edge}{styled(f' {text} ', style)}{edge}" if style else f"{edge} {text} {edge}"

    top = rule(top_left, heavy, top_crossing, top_right)
    inner = len(top) - 4
    if table.title:
        yield styled(_pad(table.title, len(top), centred=True).rstrip(), "italic")
    yield top
    yield from lines_of(layout.header, "bold")
    yield rule(left, light, crossing, right)
    for number, row in enumerate(layout.rows):
        yield from lines_of(row, "dim" if number in faded else "")
    yield rule(bottom_left, heavy, bottom_crossing, bottom_right)
    if table.caption:
        yield styled(_pad(table.caption, len(top), centred=True).rstrip(), "dim italic")
    for note in layout.notes:
        yield styled(note, "dim")


def _pad(text: str, width: int, *, centred: bool = False) -> str:
    blanks = max(0, width - text_width(text))
    left = blanks // 2 if centred else 0
    return " " * left + text + " " * (blanks - left)
