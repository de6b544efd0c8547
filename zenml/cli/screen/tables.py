"""How tables look: a heavy frame, one rule under the header, whole cells unless a terminal is too narrow.

One piece of code draws them (`drawing`), on a terminal and into a pipe (`showing`).
Cells are text and nothing else: no markup, no control codes.
"""

from __future__ import annotations

from collections import namedtuple

from zenml.domain.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

WAYS = WHOLE, WRAPS, SHORT, BELOW, ONCE, SPARE = "whole", "wraps", "short", "below", "once", "spare"
"""How a column gives way where a terminal is too narrow; docs/decisions/0029-narrow-terminals.md has the rule.

`WHOLE` stays as it is: a name, an id, a time. `WRAPS` continues on the next line of its cell; a cell with a word
that has no room there moves below the row. `SHORT` loses its end, and moves below the row where even the
beginning has no room. `BELOW` moves below the row, after its name. `ONCE` is a `BELOW` column that is often
empty or the same in every row: on a terminal it is then left out, or shown once under the table, also where it has
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
        columns: The columns; a text is the name of one that stays whole.
        rows: As many cells per row as there are columns.
        title: The line above the table, centred; empty for none.
        caption: The line below the table, centred; empty for none.
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
