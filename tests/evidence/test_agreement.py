"""The program and the second implementation agree, on values neither was written for."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenml.evidence import canonical, commitments, merkle

from . import second
from .strategies import doubles, json_values, strings

LEDGER = "0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a11"
EXACT = 2**53 - 1


def refuses(function: Callable[[object], object], value: object) -> bool:
    try:
        function(value)
    except ValueError:
        return True
    return False


@given(json_values)
def test_canonical_text(value: object) -> None:
    assert canonical.text(value).encode() == second.canonical(value)


@given(doubles | st.integers(-1074, 1023).map(lambda power: 2.0**power))
def test_numbers(value: float) -> None:
    assert canonical.text(value).encode() == second.canonical(value)


@given(st.binary(min_size=16, max_size=16), strings)
def test_commitments(salt: bytes, value: str) -> None:
    assert commitments.commitment(salt.hex(), value) == second.commitment(salt.hex(), value)


@given(json_values)
def test_committed_forms(value: object) -> None:
    assert commitments.committed(value) == second.committed(value)


@given(st.integers(1, EXACT), strings, json_values)
def test_leaves(position: int, topic: str, value: object) -> None:
    event = {"name": topic, "value": value}
    assert merkle.leaf_hash(LEDGER, position, topic, event) == second.leaf(LEDGER, position, topic, event)


@pytest.mark.parametrize("canonical_form", [canonical.text, second.canonical])
@pytest.mark.parametrize("value", [EXACT + 1, -EXACT - 1, float("nan"), "\ud800", {"\udfff": 1}, b"", {1, 2}])
def test_both_refuse(canonical_form: Callable[[object], object], value: object) -> None:
    assert refuses(canonical_form, [value])


@pytest.mark.parametrize("committed", [commitments.committed, second.committed])
@pytest.mark.parametrize("value", [{"s": "0", "v": ""}, {"s": "0" * 32, "v": 1}, {"c": "A" * 64}, {"c": {"a": 1}}])
def test_both_refuse_malformed_reserved_objects(committed: Callable[[object], object], value: object) -> None:
    assert refuses(committed, {"a": [value]})
