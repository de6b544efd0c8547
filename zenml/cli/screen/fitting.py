"""Makes a table fit a terminal: by one rule, from how its columns give way.

Where a table is too wide, columns give way in this order, each as far as is needed:

1. Columns with nothing in them go.
2. A value that would be below every row is shown once, under the table.
3. `SPARE` columns are left out, the last one first.
4. `BELOW` and `ONCE` columns move below their rows, the last one first; then `SHORT` ones, then `WRAPS` ones.
5. `WRAPS` and `SHORT` columns get what room there is; on very narrow terminals the others wrap too. A cell with a
   word that has no room in its `WRAPS` column moves below its row, and the column stays.

`ONCE` columns take the first two steps however much room there is: which they are is not up to the width.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import zip_longest

from zenml.cli.screen.drawing import Layout, Row
from zenml.cli.screen.tables import BELOW, ONCE, SHORT, SPARE, WAYS, WRAPS, Table
from zenml.cli.screen.widths import text_width, widest
from zenml.cli.screen.wrapping import longest_piece, wrap_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

_LEAST = {WRAPS: 20, SHORT: 16}
"""The width below which a column is not narrowed as long as another can give way; of others what they take."""

_FEWEST = 2  # columns that a `WRAPS` one leaves: a name and its value stay beside each other

_NARROWEST = 2  # a wide letter
_INDENT = "  "  # of what is below a row
_APART = "   "  # between two values that are there


def fit_table(table: Table, width: int, ellipsis: str = "…") -> Layout:
    """Returns how a table is arranged on a terminal.

    Args:
        table: What to arrange.
        width: The terminal's, in columns.
        ellipsis: The text where a cell was cut.
    """
    return _Fitting(table, width, ellipsis).layout()


class _Fitting:
    """A table on its way into a width."""

    def __init__(self, table: Table, width: int, ellipsis: str) -> None:
        self._table, self._width, self._ellipsis = table, width, ellipsis
        self._cells = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
        self._natural = [
            widest((column.name, *cells)) for column, cells in zip(table.columns, self._cells, strict=True)
        ]
        self._shown = list(range(len(table.columns)))
        self._below: list[int] = []
        self._same: list[int] = []
        self._spared: list[int] = []

    def layout(self) -> Layout:
        """Returns the arrangement."""
        if self._table.rows:
            self._give_way()
        widths = self._widths()
        names = [column.name for column in self._table.columns]
        if not self._below and all(
            self._natural[index] <= width for index, width in zip(self._shown, widths, strict=True)
        ):  # as most tables: each cell is one line
            shown = zip(*(self._cells[index] for index in self._shown), strict=True)
            return Layout(widths, self._fit_row(names, widths), [Row((cells,)) for cells in shown], self._notes())
        spilled = [self._spilled_columns(row, widths) for row in self._table.rows]
        items = [self._items(row, gone) for row, gone in zip(self._table.rows, spilled, strict=True)]
        if any(items):  # the frame is as wide as the widest text below a row needs
            needed = max(text_width(_INDENT + _APART.join(texts)) for texts in items)
            most = max(self._width - 4, len(_INDENT) + _NARROWEST)
            widths[-1] += max(0, min(needed, most) - (_framed_width(widths) - 4))
        inner = _framed_width(widths) - 4
        header = self._fit_row(names, widths)
        rows = [
            self._fit_row(row, widths, gone, _pack(texts, inner))
            for row, gone, texts in zip(self._table.rows, spilled, items, strict=True)
        ]
        return Layout(widths, header, rows, self._notes())

    def _give_way(self) -> None:
        for ways, done in (((ONCE,), _never), (WAYS, self._all_fits)):
            self._take([], done, ways, self._is_empty)
            self._take(self._same, done, {BELOW, ONCE}.intersection(ways), self._is_same)
        self._take(self._spared, self._least_fits, (SPARE,))
        self._take(self._below, self._least_fits, (BELOW, ONCE))
        self._take(self._below, self._least_fits, (SHORT,))
        self._take(self._below, lambda: self._least_fits() or len(self._shown) <= _FEWEST, (WRAPS,))
        for gone in (self._below, self._same, self._spared):
            gone.sort()

    def _take(
        self,
        taken: list[int],
        done: Callable[[], bool],
        ways: Collection[str],
        suits: Callable[[int], bool] = lambda index: True,
    ) -> None:
        """Takes columns that give way so from among those that are shown, the last one first, until it is done."""
        for index in self._shown[::-1]:
            if (
                index and not done() and self._way(index) in ways and suits(index)
            ):  # the first column identifies the row
                self._shown.remove(index)
                taken.append(index)

    def _is_empty(self, index: int) -> bool:
        return not any(self._cells[index])

    def _is_same(self, index: int) -> bool:
        """Tells whether a cell is the same in all of several rows."""
        return len(self._cells[index]) > 1 and len(set(self._cells[index])) == 1

    def _way(self, index: int) -> str:
        return self._table.columns[index].gives_way

    def _all_fits(self) -> bool:
        return _framed_width([self._natural[index] for index in self._shown]) <= self._width

    def _least_fits(self) -> bool:
        return _framed_width([self._least(index) for index in self._shown]) <= self._width

    def _least(self, index: int) -> int:
        natural = self._natural[index]
        return min(natural, self._table.columns[index].least or _LEAST.get(self._way(index), natural))

    def _widths(self) -> list[int]:
        widths = [self._natural[index] for index in self._shown]
        narrower = _narrow(widths, [self._least(index) for index in self._shown], self._width)
        return _narrow(narrower, [min(_NARROWEST, width) for width in widths], self._width)

    def _fit_row(
        self, row: Sequence[str], widths: list[int], gone: Collection[int] = (), below: Sequence[str] = ()
    ) -> Row:
        cells = (
            ("",)
            if index in gone
            else (self._shorten(row[index], width),)
            if self._way(index) == SHORT
            else _wrap(row[index], width)
            for index, width in zip(self._shown, widths, strict=True)
        )
        return Row(tuple(zip_longest(*cells, fillvalue="")), below)

    def _spilled_columns(self, row: Sequence[str], widths: list[int]) -> list[int]:
        """Returns the columns in which a word of this row would be broken."""
        return [
            index
            for index, width in zip(self._shown, widths, strict=True)
            if index and self._way(index) == WRAPS and text_width(row[index]) > width < longest_piece(row[index])
        ]

    def _shorten(self, text: str, width: int) -> str:
        """Returns the beginning of a text, as ZenML shows the URLs of profiles."""
        if text_width(text) <= width:
            return text
        room, beginning = width - text_width(self._ellipsis), text
        while text_width(beginning) > room:
            beginning = beginning[:-1]
        return beginning + self._ellipsis

    def _items(self, row: Sequence[str], spilled: Collection[int]) -> list[str]:
        below = sorted({*self._below, *spilled})
        return [f"{self._table.columns[index].name}: {row[index]}" for index in below if row[index]]

    def _notes(self) -> list[str]:
        names = [column.name for column in self._table.columns]
        same = ", ".join(f"{names[index]}: {self._cells[index][0]}" for index in self._same)
        spared = ", ".join(names[index] for index in self._spared)
        return [
            *([f"In every row: {same}"] if same else []),
            *([f"Not shown: {spared}; add -o wide to see all columns"] if spared else []),
        ]


def _framed_width(widths: Iterable[int]) -> int:
    """Returns how wide a table is with its frame."""
    return sum(width + 3 for width in widths) + 1


def _narrow(widths: list[int], floors: list[int], room: int) -> list[int]:
    """Returns widths that fit, the widest ones cut down to the same size, but none below its floor."""
    if _framed_width(widths) <= room:
        return widths

    def capped(cap: int) -> list[int]:
        return [max(floor, min(width, cap)) for width, floor in zip(widths, floors, strict=True)]

    cap = bisect_right(range(max(widths)), False, key=lambda cap: _framed_width(capped(cap)) > room) - 1
    narrower = capped(cap)
    for number, width in enumerate(narrower):  # the rest of a division
        if width == cap < widths[number] and _framed_width(narrower) < room:
            narrower[number] += 1
    return narrower


def _pack(texts: Iterable[str], width: int) -> list[str]:
    """Returns lines with as many texts as go into each; one that is longer than a line is wrapped."""
    lines: list[str] = []
    for text in texts:
        if lines and text_width(lines[-1] + _APART + text) <= width:
            lines[-1] += _APART + text
        else:
            lines.extend(_INDENT + line for line in _wrap(text, width - len(_INDENT)))
    return lines


def _wrap(text: str, width: int) -> list[str]:
    return [text] if text_width(text) <= width else wrap_text(text, max(width, _NARROWEST))


def _never() -> bool:
    return False
