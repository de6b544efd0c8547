"""On a terminal: colour, and tables that fit; never in a pipe."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios

import pytest
from rich.cells import cell_len

from tests.support.program import SECONDS, ZENML, Home
from tests.support.tables import rows_of

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def on_terminal(home: Home, *words: str, columns: int = 80, env: dict[str, str] | None = None) -> str:
    """Returns what `zenml words…` draws on a terminal of that many columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    variables = {**home.variables({"TERM": "xterm-256color", **(env or {})}), "COLUMNS": str(columns)}
    with subprocess.Popen(
        [str(ZENML), *words], cwd=home.work, env=variables, stdin=theirs, stdout=theirs, stderr=theirs
    ) as program:
        os.close(theirs)
        drawn = b""
        try:
            while piece := os.read(ours, 65536):
                drawn += piece
        except OSError:  # Linux: the other end is closed
            pass
        program.wait(SECONDS)
    os.close(ours)
    return drawn.decode().replace("\r\n", "\n")


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
