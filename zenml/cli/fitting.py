"""Makes a table fit a terminal: by one rule, from what its columns say of themselves.

Where a table is too wide, columns give way in this order, each as far as is needed:

1. Columns with nothing in them go.
2. What would stand below every row with the same value is said once, under the table.
3. `SPARE` columns are left out, the last one first.
4. `BELOW` columns stand below their rows, the last one first; then `SHORT` ones.
5. `WRAPS` and `SHORT` columns get what room there is; on very narrow terminals the others wrap too.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import partial

from rich.cells import set_cell_size
from rich.console import Console
from rich.text import Text

from zenml.cli.drawing import Layout, Row, text_width
from zenml.cli.tables import BELOW, SHORT, SPARE, WRAPS, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_LEAST = {WRAPS: 24, SHORT: 16}
"""The width below which a column is not narrowed as long as another can give way; of others what they take."""

_NARROWEST = 2  # a wide letter
_INDENT = "  "  # of what stands below a row
_APART = "   "  # between two things that stand there


def fitted(table: Table, width: int, ellipsis: str = "…") -> Layout:
    """Returns how a table is arranged on a terminal.

    Args:
        table: What to arrange.
        width: The terminal's, in columns.
        ellipsis: What stands where a cell was cut.
    """
    return _Fitting(table, width, ellipsis).layout()


class _Fitting:
    """A table on its way into a width."""

    def __init__(self, table: Table, width: int, ellipsis: str) -> None:
        self._table, self._width, self._ellipsis = table, width, ellipsis
        self._cells = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
        self._natural = [
            max(map(text_width, (column.name, *cells)))
            for column, cells in zip(table.columns, self._cells, strict=True)
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
        items = [self._items(row) for row in self._table.rows]
        if self._below:  # the frame is as wide as the widest of what stands below needs
            wanted = max(text_width(_INDENT + _APART.join(texts)) for texts in items)
            most = max(self._width - 4, len(_INDENT) + _NARROWEST)
            widths[-1] += max(0, min(wanted, most) - (_framed(widths) - 4))
        inner = _framed(widths) - 4
        header = self._row([column.name for column in self._table.columns], widths)
        rows = [
            self._row(row, widths)._replace(below=_packed(texts, inner))
            for row, texts in zip(self._table.rows, items, strict=True)
        ]
        return Layout(widths, header, rows, self._notes())

    def _give_way(self) -> None:
        several = len(self._table.rows) > 1
        self._take([], self._all_fits, lambda index: not any(self._cells[index]))
        self._take(
            self._same,
            self._all_fits,
            lambda index: several and self._way(index) == BELOW and len(set(self._cells[index])) == 1,
        )
        for way, there in ((SPARE, self._spared), (BELOW, self._below), (SHORT, self._below)):
            self._take(there, self._least_fits, partial(self._is, way))
        for gone in (self._below, self._same, self._spared):
            gone.sort()

    def _take(self, there: list[int], done: Callable[[], bool], gives_way: Callable[[int], bool]) -> None:
        """Takes columns from among those that are shown, the last one first, until it is done."""
        for index in self._shown[::-1]:
            if index and not done() and gives_way(index):  # the first one says what a row is about
                self._shown.remove(index)
                there.append(index)

    def _way(self, index: int) -> str:
        return self._table.columns[index].gives_way

    def _is(self, way: str, index: int) -> bool:
        return self._way(index) == way

    def _all_fits(self) -> bool:
        return _framed([self._natural[index] for index in self._shown]) <= self._width

    def _least_fits(self) -> bool:
        return _framed([self._least(index) for index in self._shown]) <= self._width

    def _least(self, index: int) -> int:
        return min(self._natural[index], _LEAST.get(self._way(index), self._natural[index]))

    def _widths(self) -> list[int]:
        widths = [self._natural[index] for index in self._shown]
        narrower = _narrowed(widths, [self._least(index) for index in self._shown], self._width)
        return _narrowed(narrower, [min(_NARROWEST, width) for width in widths], self._width)

    def _row(self, row: Sequence[str], widths: list[int]) -> Row:
        return Row(
            tuple(
                (self._shortened(row[index], width),) if self._way(index) == SHORT else _wrapped(row[index], width)
                for index, width in zip(self._shown, widths, strict=True)
            )
        )

    def _shortened(self, text: str, width: int) -> str:
        if text_width(text) <= width:
            return text
        return set_cell_size(text, width - text_width(self._ellipsis)).rstrip() + self._ellipsis

    def _items(self, row: Sequence[str]) -> list[str]:
        return [f"{self._table.columns[index].name}: {row[index]}" for index in self._below if row[index]]

    def _notes(self) -> list[str]:
        names = [column.name for column in self._table.columns]
        same = ", ".join(f"{names[index]}: {self._cells[index][0]}" for index in self._same)
        spared = ", ".join(names[index] for index in self._spared)
        return [
            *([f"In every row: {same}"] if same else []),
            *([f"Not shown: {spared}; add -o wide to see all columns"] if spared else []),
        ]


def _framed(widths: Iterable[int]) -> int:
    """Returns how wide a table is with its frame."""
    return sum(width + 3 for width in widths) + 1


def _narrowed(widths: list[int], floors: list[int], room: int) -> list[int]:
    """Returns widths that fit, the widest ones cut down to the same size, but none below its floor."""
    if _framed(widths) <= room:
        return widths

    def capped(cap: int) -> list[int]:
        return [max(floor, min(width, cap)) for width, floor in zip(widths, floors, strict=True)]

    cap = bisect_right(range(max(widths)), False, key=lambda cap: _framed(capped(cap)) > room) - 1
    narrower = capped(cap)
    for number, width in enumerate(narrower):  # the rest of a division
        if width == cap < widths[number] and _framed(narrower) < room:
            narrower[number] += 1
    return narrower


def _packed(texts: Iterable[str], width: int) -> list[str]:
    """Returns lines with as many texts as go into each; one that is longer than a line is wrapped."""
    lines: list[str] = []
    for text in texts:
        if lines and text_width(lines[-1] + _APART + text) <= width:
            lines[-1] += _APART + text
        else:
            lines.extend(_INDENT + line for line in _wrapped(text, width - len(_INDENT)))
    return lines


def _wrapped(text: str, width: int) -> list[str]:
    if text_width(text) <= width:
        return [text]
    return [line.plain for line in Text(text).wrap(_CONSOLE, max(width, _NARROWEST), overflow="fold")]


_CONSOLE = Console(width=80)  # which the library asks for tabs, of which there are none here
