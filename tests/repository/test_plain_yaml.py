from __future__ import annotations

from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from zenml.files import plain_yaml

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=20)


@given(st.dictionaries(TEXT, VALUES))
def test_what_is_written_reads_as_what_it_was(value: dict[str, Any]) -> None:
    assert yaml.safe_load(plain_yaml.dump(value)) == (value or None)


@given(st.text(st.sampled_from("aAeEnNyYoOfFtTrRuUsSlL01-_.: ~"), min_size=1))
def test_a_word_is_text_to_a_yaml_parser_too(text: str) -> None:
    if plain_yaml.is_word(text):
        assert yaml.safe_load(text) == text


def test_lists_and_mappings_are_written_in_blocks() -> None:
    value = {"profile": "default", "stacks": [{"name": "a b", "parts": {"x": 1}}, {}], "none": []}
    assert plain_yaml.dump(value) == (
        'profile: default\nstacks:\n  - name: "a b"\n    parts:\n      x: 1\n  - {}\nnone: []\n'
    )
