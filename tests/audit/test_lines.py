"""Lines of JSON and of CSV are the same whichever way they are written: the quick ways only spare time."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenml.audit.formats import csv
from zenml.audit.formats.json_lines import line

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
_CELLS = st.text(max_size=3) | st.text("ab1 =+-@\"',\t\r\n\x7f＝é", max_size=4)


def _written(document: dict[str, Any]) -> str:
    return json.dumps(document, separators=(",", ":")) + "\n"


@given(st.dictionaries(st.text(), _VALUES))
def test_a_line_is_what_the_standard_library_writes(document: dict[str, Any]) -> None:
    assert line(document) == _written(document)


@pytest.mark.parametrize("char", [*map(chr, range(128)), "é", "\u2028", "😀", "\ud800"])
def test_each_character_is_written_alike(char: str) -> None:
    assert line({char: f"a{char}b"}) == _written({char: f"a{char}b"})


@pytest.mark.parametrize("value", [1e16, 1e-7, 0.5, -0.0, 2**64, -(2**63) - 1, (1, 2), [1, [1e22]]])
def test_each_number_is_written_alike(value: object) -> None:
    assert line({"value": value}) == _written({"value": value})


@given(st.lists(_CELLS, min_size=1, max_size=len(csv.COLUMNS)))
def test_a_row_is_its_cells_made_safe_one_by_one(texts: list[str]) -> None:
    cells: dict[str, str] = dict(zip(csv.COLUMNS, texts, strict=False))
    expected = [csv.safe(cells.get(column, "")).replace('"', '""') for column in csv.COLUMNS]
    assert csv._row(cells) == '"' + '","'.join(expected) + '"\r\n'
