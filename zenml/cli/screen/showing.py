"""Shows tables: fitted to a terminal, or whole where standard output is not one.

What has no room on a terminal is arranged by `fitting`, which is imported there alone.
"""

from __future__ import annotations

import sys

from zenml.cli.screen.drawing import HEAVY, PLAIN, Layout, Row, draw_lines
from zenml.cli.screen.streams import knows_all
from zenml.cli.screen.tables import Table
from zenml.cli.screen.widths import MARKER, widest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_PLAIN_MARKER = "*"
"""The cell that marks the active row where the encoding lacks `MARKER`."""

_whole = False


def keep_whole() -> None:
    """Shows all tables of this process as into a pipe, however narrow the terminal is: ``-o wide``."""
    global _whole
    _whole = True


def fits() -> bool:
    """Tells whether tables are made to fit: they go to a terminal, and nobody asked for ``-o wide``."""
    return sys.stdout.isatty() and not _whole


def show(table: Table, *, paged: bool = False) -> None:
    """Prints the table: fitted to the terminal, or whole if standard output is not one.

    Args:
        table: What to print.
        paged: On a terminal, leave what is longer than the screen to a pager.
    """
    encoding = None if knows_all(sys.stdout) else sys.stdout.encoding
    if encoding:
        table = _escape_table(table, encoding)
    frame = _frame(encoding)
    if not sys.stdout.isatty():
        sys.stdout.write(_join_lines(draw_lines(table, _whole_layout(table), frame)))
        return
    from zenml.cli.screen.fitting import fit_table
    from zenml.cli.screen.terminal import page, size, styling

    layout = fit_table(table, size()[0], "…" if frame == HEAVY else "...") if fits() else _whole_layout(table)
    drawn = _join_lines(draw_lines(table, layout, frame, styling()))
    if paged:
        page(drawn)
    else:
        sys.stdout.write(drawn)


def render(table: Table, width: int | None = None) -> str:
    """Returns the table as lines of plain text, each ended by a line break.

    Args:
        table: What to draw.
        width: Columns of the terminal to fit it into; None leaves every cell whole on one line, however long.

    Raises:
        ValueError: A row has more or fewer cells than there are columns.
    """
    if width is None:
        return _join_lines(draw_lines(table, _whole_layout(table)))
    from zenml.cli.screen.fitting import fit_table

    return _join_lines(draw_lines(table, fit_table(table, width)))


def _frame(encoding: str | None) -> str:
    """Returns the frame's characters that an encoding has; all are there for None."""
    return HEAVY if encoding is None or _escape_text(HEAVY, encoding) == HEAVY else PLAIN


def _escape_text(text: str, encoding: str) -> str:
    """Returns a text with what an encoding lacks written as an escape."""
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _escape_table(table: Table, encoding: str) -> Table:
    """Returns a table of which an encoding has every character, so that its columns are as wide as they look."""
    marker = MARKER if _escape_text(MARKER, encoding) == MARKER else _PLAIN_MARKER

    def cells(row: Iterable[str]) -> list[str]:
        return [marker if cell == MARKER else _escape_text(cell, encoding) for cell in row]

    return Table(
        (column._replace(name=_escape_text(column.name, encoding)) for column in table.columns),
        map(cells, table.rows),
        title=_escape_text(table.title, encoding),
        caption=_escape_text(table.caption, encoding),
        active_column=table.active_column,
        faded=table.faded,
    )


def _whole_layout(table: Table) -> Layout:
    """Returns the layout of a table that is not fitted to anything."""
    names = [column.name for column in table.columns]
    widths = [widest(cells) for cells in zip(names, *table.rows, strict=True)]
    return Layout(widths, Row((names,)), [Row((cells,)) for cells in table.rows])


def _join_lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
