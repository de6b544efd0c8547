"""Reads the box-drawn tables the program prints."""

from __future__ import annotations

TOP, BOTTOM, RULE, EDGE, BAR = "┏", "┗", "┠", "┃", "│"
HAND = "👉"

Row = dict[str, str]


def cells(line: str) -> list[str]:
    """Returns the cells of a table line, without the blanks around them."""
    return [cell.strip() for cell in line.strip().strip(EDGE).split(BAR)]


def is_table_line(line: str) -> bool:
    return line.startswith((TOP, EDGE, RULE, BOTTOM))


def rows_of(text: str) -> list[Row]:
    """Returns every row of every table in `text`, each by its column headings."""
    found: list[Row] = []
    headings: list[str] = []
    for line in text.splitlines():
        if line.startswith(TOP):
            headings = []
        elif line.startswith(EDGE) and not headings:
            headings = cells(line)
        elif line.startswith(EDGE):
            if len(row := cells(line)) < len(headings):  # it stands below the row, on a narrow terminal
                continue
            found.append(dict(zip(headings, row, strict=True)))
    return found


def active(rows: list[Row], column: str) -> list[str]:
    """Returns what stands in `column` of the rows marked active."""
    return [row[column] for row in rows if row["ACTIVE"] == HAND]


def column(rows: list[Row], name: str) -> list[str]:
    """Returns one column from top to bottom."""
    return [row[name] for row in rows]


def described(rows: list[Row]) -> Row:
    """Returns the two columns of a `describe` table as one row: property to value."""
    return {next(iter(row.values())): list(row.values())[1] for row in rows}
