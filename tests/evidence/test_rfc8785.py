"""The published vectors of RFC 8785, for both implementations."""

import json
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from zenml.evidence.canonical import CanonicalError, is_canonical, parse, text

from . import second

VECTORS = Path(__file__).parent / "rfc8785"

# Section 3.2.2, and section 3.2.4 for the bytes.
SAMPLE = r"""{
  "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
  "literals": [null, true, false]
}"""
SAMPLE_BYTES = bytes.fromhex(
    """
    7b 22 6c 69 74 65 72 61 6c 73 22 3a 5b 6e 75 6c 6c 2c 74 72
    75 65 2c 66 61 6c 73 65 5d 2c 22 6e 75 6d 62 65 72 73 22 3a
    5b 33 33 33 33 33 33 33 33 33 2e 33 33 33 33 33 33 33 2c 31
    65 2b 33 30 2c 34 2e 35 2c 30 2e 30 30 32 2c 31 65 2d 32 37
    5d 2c 22 73 74 72 69 6e 67 22 3a 22 e2 82 ac 24 5c 75 30 30
    30 66 5c 6e 41 27 42 5c 22 5c 5c 5c 5c 5c 22 2f 22 7d
    """
)

# Section 3.2.3.
SORTING = r"""{
  "\u20ac": "Euro Sign",
  "\r": "Carriage Return",
  "\ufb33": "Hebrew Letter Dalet With Dagesh",
  "1": "One",
  "\ud83d\ude00": "Emoji: Grinning Face",
  "\u0080": "Control",
  "\u00f6": "Latin Small Letter O With Diaeresis"
}"""
SORTED = [
    "Carriage Return",
    "One",
    "Control",
    "Latin Small Letter O With Diaeresis",
    "Euro Sign",
    "Emoji: Grinning Face",
    "Hebrew Letter Dalet With Dagesh",
]

# Appendix B.
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}
NO_NUMBERS = ["7fffffffffffffff", "7ff0000000000000", "fff0000000000000"]


def first(value: object) -> bytes:
    return text(value).encode()


both = pytest.mark.parametrize("canonical", [first, second.canonical], ids=["first", "second"])
Canonical = Callable[[object], bytes]


def double(bits: str) -> float:
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    assert isinstance(value, float)
    return value


@both
def test_the_sample_of_section_3_2_2_has_the_bytes_of_section_3_2_4(canonical: Canonical) -> None:
    assert canonical(parse(SAMPLE)) == SAMPLE_BYTES


@both
def test_keys_are_sorted_as_in_section_3_2_3(canonical: Canonical) -> None:
    assert list(json.loads(canonical(parse(SORTING))).values()) == SORTED


@both
@pytest.mark.parametrize(("bits", "expected"), NUMBERS.items())
def test_numbers_of_appendix_b(canonical: Canonical, bits: str, expected: str) -> None:
    assert canonical(double(bits)).decode() == expected
    assert is_canonical(expected)


@both
@pytest.mark.parametrize("bits", NO_NUMBERS)
def test_no_numbers_of_appendix_b_are_refused(canonical: Canonical, bits: str) -> None:
    with pytest.raises(ValueError, match="not a JSON"):
        canonical(double(bits))


@both
def test_numbers_are_written_as_ecmascript_writes_them(canonical: Canonical) -> None:
    table = [line.split() for line in (VECTORS / "numbers.txt").read_text().splitlines()]
    assert len(table) > 900
    assert [(bits, canonical(double(bits)).decode()) for bits, _ in table] == [
        (bits, expected) for bits, expected in table
    ]


@both
@pytest.mark.parametrize("name", ["arrays", "french", "structures", "unicode", "values", "weird"])
def test_the_reference_test_suite(canonical: Canonical, name: str) -> None:
    given = (VECTORS / "input" / f"{name}.json").read_text(encoding="utf-8")
    expected = (VECTORS / "output" / f"{name}.json").read_bytes()
    assert canonical(parse(given)) == expected
    assert is_canonical(expected.decode())
    assert not is_canonical(given)


def test_a_number_beyond_the_doubles_is_refused_when_read() -> None:
    with pytest.raises(CanonicalError):
        parse("1e309")
