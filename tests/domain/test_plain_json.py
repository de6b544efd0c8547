from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zenml.domain.plain_json import dump, dump_indented, load, load_strictly

TEXTS = st.text(st.characters())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


@given(VALUES, st.booleans())
@example({"a": [{}, [], ()], "\x00\ud800\x7f": float("nan")}, False)
def test_a_value_is_written_as_json_writes_it(value: Any, ascii: bool) -> None:
    assert dump_indented(value, ascii=ascii) == json.dumps(value, ensure_ascii=ascii, indent=2)
    assert dump(value) == json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def test_what_json_does_not_have_is_refused() -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        dump({"a": {1}})
    with pytest.raises(TypeError, match="not JSON serializable"):
        dump_indented({"a": {1}})


@given(VALUES, st.booleans(), st.sampled_from(["", " ", "\n", ",", "]"]))
@example("-0.0", False, "")
def test_a_text_is_read_as_json_reads_it(value: Any, ascii: bool, more: str) -> None:
    text = json.dumps(value, ensure_ascii=ascii) + more
    assert _outcome(load, text) == _outcome(json.loads, text)


@given(st.text(st.sampled_from('{}[]":,0123456789.eE+-truefalsn \n\\u')))
@example('"a\nb"')
@example("")
def test_any_text_is_read_or_refused_as_json_does_it(text: str) -> None:
    assert _outcome(load, text) == _outcome(json.loads, text)


def _outcome(read: Any, text: str) -> tuple[str, str]:
    try:
        return "read", repr(read(text))
    except ValueError as error:
        return type(error).__name__, str(error)


@given(VALUES, st.booleans())
@example([float("nan")], False)
@example({"a": float("-inf")}, False)
def test_what_is_no_number_of_json_is_refused_by_those_who_ask_for_it(value: Any, ascii: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii)
    read, expected = _outcome(load_strictly, text), _outcome(_as_json_has_it, text)
    assert read == expected


def _as_json_has_it(text: str) -> Any:
    def refuse(name: str) -> Any:
        raise ValueError(f"JSON has no {name}")

    return json.loads(text, parse_constant=refuse)
