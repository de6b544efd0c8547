"""How tables look: a heavy frame, one rule under the header, whole cells unless a terminal is too narrow.

Piped tables are drawn here because importing rich costs more than the rest of a reading command;
on a terminal rich fits them to the width. Cells are text and nothing else: no markup, no control codes.
"""

from __future__ import annotations

import sys

from zenml.cli.streams import knows_all
from zenml.domain.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import rich.table

MARKER = "👉"
"""The cell that marks the active row."""

_HEAVY = "┏━┯┓┃│┠─┼┨┗┷┛"
_PLAIN = "+-++||+-+++++"
"""The frame where the output's encoding lacks the heavy one; in the same order."""

_PLAIN_MARKER = "*"
"""The cell that marks the active row where the encoding lacks `MARKER`."""


class Table:
    """Rows under a header.

    Attributes:
        columns: The header, one text per column.
        rows: As many cells per row as there are columns.
        title: Stands above the table, centred; empty for none.
        caption: Stands below the table, centred; empty for none.
        active_column: Whether the first column holds `MARKER` or an empty text, and is centred.
        wrapped: The columns that give way where a terminal is too narrow, their cells going on below; none
            for all, cut or wrapped as need be.
        faded: The numbers of rows that a terminal shows dimly, from 0 on.
    """

    def __init__(
        self,
        columns: Iterable[str],
        rows: Iterable[Iterable[str]],
        *,
        title: str = "",
        caption: str = "",
        active_column: bool = False,
        wrapped: Collection[str] = (),
        faded: Collection[int] = (),
    ) -> None:
        self.columns = tuple(map(visible, columns))
        self.rows = [tuple(map(visible, row)) for row in rows]
        self.title = visible(title)
        self.caption = visible(caption)
        self.active_column = active_column
        self.wrapped = wrapped
        self.faded = faded


def show(table: Table, *, paged: bool = False) -> None:
    """Prints the table: fitted to the terminal, or whole if standard output is not one.

    Args:
        table: What to print.
        paged: On a terminal, leave what is longer than the screen to a pager.
    """
    encoding = None if knows_all(sys.stdout) else sys.stdout.encoding
    if encoding:
        table = _escaped(table, encoding)
    if not sys.stdout.isatty():
        sys.stdout.write(_drawn(table, _frame(encoding)))
        return
    from zenml.cli.terminal import console, page

    if not paged:
        console().print(_fitted(table))
        return
    screen = console()
    with screen.capture() as drawn:
        screen.print(_fitted(table))
    page(drawn.get())


def render(table: Table, width: int | None = None) -> str:
    """Returns the table as lines of plain text, each ended by a line break.

    Args:
        table: What to draw.
        width: Display columns to fit it into, as rich does, cutting long cells with ``…``; None
            leaves every cell whole on one line, however long.

    Raises:
        ValueError: A row has more or fewer cells than there are columns.
    """
    if width is None:
        return _drawn(table)
    import io

    from rich.console import Console

    text = io.StringIO()
    Console(file=text, width=width, color_system=None, legacy_windows=False).print(_fitted(table))
    return text.getvalue()


def _frame(encoding: str | None) -> str:
    """Returns the frame's characters that an encoding has; all are there for None."""
    return _HEAVY if encoding is None or _known(_HEAVY, encoding) == _HEAVY else _PLAIN


def _known(text: str, encoding: str) -> str:
    """Returns a text with what an encoding lacks written as an escape."""
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _escaped(table: Table, encoding: str) -> Table:
    """Returns a table of which an encoding has every character, so that its columns are as wide as they look."""
    marker = MARKER if _known(MARKER, encoding) == MARKER else _PLAIN_MARKER

    def cells(row: Iterable[str]) -> list[str]:
        return [marker if cell == MARKER else _known(cell, encoding) for cell in row]

    return Table(
        cells(table.columns),
        map(cells, table.rows),
        title=_known(table.title, encoding),
        caption=_known(table.caption, encoding),
        active_column=table.active_column,
        wrapped=table.wrapped,
        faded=table.faded,
    )


def _drawn(table: Table, frame: str = _HEAVY) -> str:
    (
        top_left, heavy, top_crossing, top_right, edge, between,
        left, light, crossing, right, bottom_left, bottom_crossing, bottom_right,
    ) = tuple(frame)  # fmt: skip
    widths = [max(map(_width, cells)) for cells in zip(table.columns, *table.rows, strict=True)]

    def rule(first: str, line: str, joint: str, last: str) -> str:
        return first + joint.join(line * (width + 2) for width in widths) + last

    def row(cells: tuple[str, ...]) -> str:
        padded = (
            _padded(cell, widths[index], centred=table.active_column and index == 0)
            for index, cell in enumerate(cells)
        )
        return f"{edge} {f' {between} '.join(padded)} {edge}"

    top = rule(top_left, heavy, top_crossing, top_right)
    lines = [
        top,
        row(table.columns),
        rule(left, light, crossing, right),
        *map(row, table.rows),
        rule(bottom_left, heavy, bottom_crossing, bottom_right),
    ]
    if table.title:
        lines.insert(0, _padded(table.title, len(top), centred=True).rstrip())
    if table.caption:
        lines.append(_padded(table.caption, len(top), centred=True).rstrip())
    return "\n".join(lines) + "\n"


def _fitted(table: Table) -> rich.table.Table:
    from rich.box import HEAVY_EDGE
    from rich.table import Table as RichTable
    from rich.text import Text  # a Text, unlike a str, is never read as markup

    fitted = RichTable(
        box=HEAVY_EDGE,
        title=Text(table.title, style="table.title") if table.title else None,
        caption=Text(table.caption, style="table.caption") if table.caption else None,
    )
    for index, column in enumerate(table.columns):
        centred = table.active_column and index == 0
        whole = bool(table.wrapped) and column not in table.wrapped
        fitted.add_column(
            Text(column),
            justify="center" if centred else "left",
            overflow="fold" if column in table.wrapped else "ellipsis",
            no_wrap=whole,
        )
    for number, row in enumerate(table.rows):
        fitted.add_row(*map(Text, row), style="dim" if number in table.faded else None)
    return fitted


def _padded(text: str, width: int, *, centred: bool) -> str:
    blanks = max(0, width - _width(text))
    left = blanks // 2 if centred else 0
    return " " * left + text + " " * (blanks - left)


def _width(text: str) -> int:
    """Returns how many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    if text == MARKER:
        return 2  # without rich's tables, so that an active row costs nothing
    from rich.cells import cell_len

    return cell_len(text)
