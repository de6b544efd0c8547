"""Canonical text beyond the published vectors: what is refused, and what every text satisfies."""

import json
import re
from enum import IntEnum, StrEnum
from typing import NamedTuple

import pytest
from hypothesis import given

from zenml.evidence.canonical import MAX_INTEGER, CanonicalError, is_canonical, parse, text

from .strategies import doubles, json_values, strings


class Colour(StrEnum):
    RED = "red"


class Number(IntEnum):
    ONE = 1


class Point(NamedTuple):
    x: int


class Members(dict[str, object]):
    pass


def nested(depth: int) -> object:
    value: object = None
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        MAX_INTEGER + 1,
        -MAX_INTEGER - 1,
        float("nan"),
        float("inf"),
        -float("inf"),
        "\ud800",
        "a\udfffb",
        "\ud83d\ude02",  # two halves in two characters, which is not the character that they would make
        {"\udc00": 1},
        {1: "a"},
        {None: "a"},
        {True: "a"},
        {"a": 1, 2: "b"},
        {("a",): 1},
        b"bytes",
        {1, 2},
        object(),
        Colour.RED,
        Number.ONE,
        Point(1),
        Members(),
        nested(100_000),
    ],
    ids=lambda value: f"{type(value).__name__}",
)
def test_what_is_no_json_value_is_refused_at_any_depth(value: object) -> None:
    for holder in (value, [value], {"a": [{"b": value}]}, ({"€": value},)):
        with pytest.raises(CanonicalError):
            text(holder)


def test_the_largest_integers_are_written_in_full() -> None:
    assert text([MAX_INTEGER, -MAX_INTEGER, 0]) == "[9007199254740991,-9007199254740991,0]"


def test_booleans_are_not_numbers() -> None:
    assert text([True, 1, False, 0]) == "[true,1,false,0]"


def test_a_tuple_is_an_array() -> None:
    assert text((1, ("a",), ())) == '[1,["a"],[]]'


def test_every_character_is_escaped_as_in_section_3_2_2_2() -> None:
    short = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
    for code in [*range(0xD800), *range(0xE000, 0x110000)]:
        character = chr(code)
        plain = character if code >= 0x20 else f"\\u{code:04x}"
        assert text(character) == f'"{short.get(character, plain)}"'


@given(strings, strings)
def test_keys_are_in_the_order_of_their_utf_16_code_units(one: str, other: str) -> None:
    written = list(json.loads(text({one: 1, other: 2})))
    assert written == sorted({one, other}, key=lambda name: name.encode("utf-16-be"))


@given(doubles)
def test_a_double_is_written_in_the_shape_of_ecmascript_and_reads_back(value: float) -> None:
    written = text(value)
    assert float(written) == value
    assert re.fullmatch(r"-?(0|[1-9]\d{0,20})(\.\d*[1-9])?|-?[1-9](\.\d*[1-9])?e[+-][1-9]\d*", written)
    assert ("e" in written) == (value != 0 and not 1e-6 <= abs(value) < 1e21)
    significant = written.partition("e")[0].replace(".", "").strip("-0")
    assert len(significant) <= 17
    assert written.startswith("-") == (value < 0)


@given(json_values)
def test_text_is_its_own_canonical_form(value: object) -> None:
    written = text(value)
    assert is_canonical(written)
    assert text(parse(written)) == written


@given(json_values)
def test_text_stands_for_the_value(value: object) -> None:
    assert parse(text(value)) == value


@given(json_values)
def test_any_other_text_of_the_value_is_not_canonical(value: object) -> None:
    for other in (json.dumps(value, indent=1), json.dumps(value), text(value) + " ", "\n" + text(value)):
        assert is_canonical(other) == (other == text(value))


@pytest.mark.parametrize(
    "stored",
    [
        "",
        " ",
        "{",
        "{a:1}",
        "[1,]",
        "01",
        "+1",
        ".5",
        "NaN",
        "[Infinity]",
        '{"a":-Infinity}',
        "1e400",
        "-1e400",
        "9" * 400,
        '{"a":1,"a":1}',
        '[{"a":{"b":1,"\\u0062":2}}]',
        '"\\ud800"',
        '["\\uDE02\\ud83d"]',
        '"\ud800"',
        '"tab\tin a string"',
        "\ufeff{}",
        "{} {}",
        "[" * 100_000,
    ],
    ids=lambda stored: ascii(stored)[:20],
)
def test_what_is_no_strict_json_is_refused(stored: str) -> None:
    with pytest.raises(CanonicalError):
        parse(stored)
    assert not is_canonical(stored)


@pytest.mark.parametrize(
    "stored",
    [
        "-0",
        "0.0",
        "1.0",
        "1e3",
        "1E+30",
        "9007199254740993",
        "100000000000000000000000",
        '"\\u0041"',
        '"\\/"',
        '"\\u000A"',
        '"\\u001F"',
        '"\\u00e9"',
        '{"b":1,"a":2}',
        '{"\ufb33":1,"😀":2}',
        "[1, 2]",
        " 1",
    ],
)
def test_strict_json_of_another_form_is_read_but_not_canonical(stored: str) -> None:
    parse(stored)
    assert not is_canonical(stored)


def test_an_integer_is_read_exactly_or_as_a_double() -> None:
    read = parse("[9007199254740991,-9007199254740991,9007199254740992,9007199254740993,1.0,12]")
    assert read == [MAX_INTEGER, -MAX_INTEGER, 2.0**53, 2.0**53, 1.0, 12]
    assert isinstance(read, list)
    assert [type(number) for number in read] == [int, int, float, float, float, int]
