"""What commands answer where standard output is not UTF-8."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout

import pytest
import yaml

from zenml.cli.screen.output import emit, emit_line
from zenml.cli.screen.showing import show
from zenml.cli.screen.tables import Table
from zenml.cli.screen.widths import MARKER

NAMES = ["größe", "\u65e5\u672c\u8a9e", "\U0001f449", "plain"]
ESCAPING = ("ascii", "latin-1", "cp1252", "cp437", "koi8-r")
EVERY = pytest.mark.parametrize("encoding", [*ESCAPING, "utf-8", "utf-16"])


def written(encoding: str, write: Callable[[], None]) -> str:
    """Returns what is written to standard output in an encoding, as the program prepares that stream."""
    file = io.BytesIO()
    stream = io.TextIOWrapper(file, encoding=encoding, errors="backslashreplace")
    with redirect_stdout(stream):
        write()
        stream.flush()
    return file.getvalue().decode(encoding)


@EVERY
def test_documents_mean_the_same_in_every_encoding(encoding: str) -> None:
    answer = {"names": NAMES}
    assert json.loads(written(encoding, lambda: emit(answer, "json")))["names"] == NAMES
    assert json.loads(written(encoding, lambda: emit_line(answer)))["names"] == NAMES
    assert yaml.safe_load(written(encoding, lambda: emit(answer, "yaml")))["names"] == NAMES


@pytest.mark.parametrize("encoding", ESCAPING)
def test_a_table_keeps_its_columns_where_characters_are_escaped(encoding: str) -> None:
    table = Table(("ACTIVE", "NAME"), [(MARKER, "größe"), ("", "\u65e5")], active_column=True)
    lines = written(encoding, lambda: show(table)).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[0][0] == "+"
    assert lines[3].split()[1] == "*"
    assert "\\u65e5" in lines[4]


def test_a_table_is_drawn_in_full_where_nothing_is_missing() -> None:
    drawn = written("utf-8", lambda: show(Table(("NAME",), [("größe",)])))
    assert drawn.startswith("┏")
    assert "größe" in drawn
