"""How tables look: a heavy frame, one rule under the header, whole cells unless a terminal is too narrow.

One piece of code draws them, on a terminal and into a pipe. What has no room on a terminal is arranged by
`fitting`, which is imported there alone: it needs rich, and that costs more than the rest of a reading command.
Cells are text and nothing else: no markup, no control codes.
"""

from __future__ import annotations

import sys
from collections import namedtuple

from zenml.cli.screen.drawing import HEAVY, MARKER, PLAIN, Layout, Row, drawn, text_width
from zenml.cli.screen.streams import knows_all
from zenml.domain.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_PLAIN_MARKER = "*"
"""The cell that marks the active row where the encoding lacks `MARKER`."""


WAYS = WHOLE, WRAPS, SHORT, BELOW, ONCE, SPARE = "whole", "wraps", "short", "below", "once", "spare"
"""How a column gives way where a terminal is too narrow; docs/decisions/0029-narrow-terminals.md has the rule.

`WHOLE` stays as it is: a name, an id, a time. `WRAPS` goes on in the next line of its cell; a cell with a word
that has no room there stands below the row. `SHORT` loses its beginning, and stands below the row where even
the end has no room. `BELOW` stands below the row, after its name. `ONCE` is a `BELOW` column that is often
empty or the same in every row: on a terminal it is then left out, or said under the table, also where it has
room. `SPARE` is left out, and a line under the table says so.
"""


class Column(namedtuple("Column", "name gives_way least", defaults=(WHOLE, 0))):
    """The heading of a column, how it gives way, and the width that is enough for it; 0 for what is usual."""

    __slots__ = ()
    name: str
    gives_way: str
    least: int


class Table:
    """Rows under a header.

    Attributes:
        columns: The columns; a text stands for one that stays whole.
        rows: As many cells per row as there are columns.
        title: Stands above the table, centred; empty for none.
        caption: Stands below the table, centred; empty for none.
        active_column: Whether the first column holds `MARKER` or an empty text, and is centred.
        faded: The numbers of rows that a terminal shows dimly, from 0 on.
    """

    def __init__(
        self,
        columns: Iterable[str | Column],
        rows: Iterable[Iterable[str]],
        *,
        title: str = "",
        caption: str = "",
        active_column: bool = False,
        faded: Collection[int] = (),
    ) -> None:
        declared = (Column(column) if isinstance(column, str) else column for column in columns)
        self.columns = tuple(column._replace(name=visible(column.name)) for column in declared)
        self.rows = [tuple(map(visible, row)) for row in rows]
        self.title = visible(title)
        self.caption = visible(caption)
        self.active_column = active_column
        self.faded = faded


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
        table = _escaped(table, encoding)
    frame = _frame(encoding)
    if not sys.stdout.isatty():
        sys.stdout.write(_text(drawn(table, _as_it_is(table), frame)))
        return
    from rich.text import Text

    from zenml.cli.screen.fitting import fitted
    from zenml.cli.screen.terminal import console, page

    screen = console()
    layout = fitted(table, screen.width, "…" if frame == HEAVY else "...") if fits() else _as_it_is(table)
    with screen.capture() as captured:
        for line, style in drawn(table, layout, frame):
            text = Text(line)
            # between the edges: these are one line from top to bottom
            text.stylize(style, *((1, -1) if line.startswith(frame[4]) else ()))
            screen.print(text, soft_wrap=True)
    if paged:
        page(captured.get())
    else:
        sys.stdout.write(captured.get())


def render(table: Table, width: int | None = None) -> str:
    """Returns the table as lines of plain text, each ended by a line break.

    Args:
        table: What to draw.
        width: Columns of the terminal to fit it into; None leaves every cell whole on one line, however long.

    Raises:
        ValueError: A row has more or fewer cells than there are columns.
    """
    if width is None:
        return _text(drawn(table, _as_it_is(table)))
    from zenml.cli.screen.fitting import fitted

    return _text(drawn(table, fitted(table, width)))


def _frame(encoding: str | None) -> str:
    """Returns the frame's characters that an encoding has; all are there for None."""
    return HEAVY if encoding is None or _known(HEAVY, encoding) == HEAVY else PLAIN


def _known(text: str, encoding: str) -> str:
    """Returns a text with what an encoding lacks written as an escape."""
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _escaped(table: Table, encoding: str) -> Table:
    """Returns a table of which an encoding has every character, so that its columns are as wide as they look."""
    marker = MARKER if _known(MARKER, encoding) == MARKER else _PLAIN_MARKER

    def cells(row: Iterable[str]) -> list[str]:
        return [marker if cell == MARKER else _known(cell, encoding) for cell in row]

    return Table(
        (column._replace(name=_known(column.name, encoding)) for column in table.columns),
        map(cells, table.rows),
        title=_known(table.title, encoding),
        caption=_known(table.caption, encoding),
        active_column=table.active_column,
        faded=table.faded,
    )


def _as_it_is(table: Table) -> Layout:
    """Returns the layout of a table that is not fitted to anything."""
    names = [column.name for column in table.columns]
    widths = [max(map(text_width, cells)) for cells in zip(names, *table.rows, strict=True)]
    header, *rows = (Row(tuple((cell,) for cell in cells)) for cells in (names, *table.rows))
    return Layout(widths, header, rows)


def _text(lines: Iterable[tuple[str, str]]) -> str:
    return "".join(f"{line}\n" for line, _ in lines)
