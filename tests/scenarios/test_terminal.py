"""On a terminal: colour, and tables that fit; never in a pipe."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tests.support.program import Home
from tests.support.tables import rows_of
from tests.support.terminal import ESCAPE, on_terminal


def test_colour_is_for_terminals_and_only_if_wanted(used: Home) -> None:
    assert ESCAPE.search(on_terminal(used, "stack", "list"))
    assert not ESCAPE.search(on_terminal(used, "stack", "list", env={"NO_COLOR": "1"}))
    assert not ESCAPE.search(used.done("stack", "list").output)
    assert not ESCAPE.search(used.run("stack", "set", "nope").output)


@pytest.mark.parametrize("columns", [80, 100])
def test_a_table_fits_the_terminal_and_its_url_is_cut(used: Home, columns: int) -> None:
    drawn = ESCAPE.sub("", on_terminal(used, "profile", "list", columns=columns))
    widths = {cell_len(line) for line in drawn.splitlines() if line.startswith(("┏", "┃", "┠", "┗"))}
    assert len(widths) == 1, drawn
    assert max(widths) <= columns, drawn
    assert "…" in drawn, drawn
    (row,) = rows_of(drawn)
    assert f"file://{used.config}".startswith(row["URL"].removesuffix("…")), drawn


def test_a_piped_url_is_whole(used: Home) -> None:
    (row,) = used.done("profile", "list").rows
    assert row["URL"] == f"file://{used.config}/profiles/default"
    assert row["STORE TYPE"] == "local"


def test_both_streams_show_in_order_on_a_terminal(home: Home) -> None:
    drawn = ESCAPE.sub("", on_terminal(home, "profile", "list", columns=200))
    order = [
        "Creating default profile...",
        "Running with active profile: 'default' (global)",
        "PROFILE NAME",
        "┗",
    ]
    places = [drawn.index(text) for text in order]
    assert places == sorted(places)
