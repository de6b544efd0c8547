"""Commitments to salted values."""

import hashlib

import pytest
from hypothesis import given

from zenml.evidence.commitments import CommitmentError, commitment, committed

from .strategies import json_values

SALT = "000102030405060708090a0b0c0d0e0f"
VALUE = '"s3://bucket/é"'
# printf '\x02\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"s3://bucket/é"' | sha256sum
COMMITMENT = "8b78d0a9c27a62b00dfa4903a33f77b1424c11e24da4439ac0dd17a78fddbf4a"

SALTED = {"s": SALT, "v": VALUE}
BLANKED = {"c": COMMITMENT}


def test_a_commitment_is_the_hash_of_two_the_salt_and_the_text() -> None:
    assert commitment(SALT, VALUE) == COMMITMENT
    assert commitment(SALT, VALUE) == hashlib.sha256(b"\x02" + bytes(range(16)) + VALUE.encode()).hexdigest()


def test_salted_values_are_replaced_anywhere() -> None:
    event = {"url": SALTED, "many": [SALTED, {"deep": (SALTED, 1)}], "name": "local", "nothing": None}
    assert committed(event) == {
        "url": BLANKED,
        "many": [BLANKED, {"deep": [BLANKED, 1]}],
        "name": "local",
        "nothing": None,
    }
    assert committed(SALTED) == BLANKED


def test_blanking_a_value_does_not_change_the_committed_form() -> None:
    assert committed({"url": SALTED, "n": 1}) == committed({"url": BLANKED, "n": 1})


def test_the_event_itself_is_left_as_it_is() -> None:
    event = {"url": dict(SALTED), "list": [dict(SALTED)]}
    committed(event)
    assert event == {"url": SALTED, "list": [SALTED]}


@given(json_values)
def test_the_committed_form_is_its_own_committed_form(value: object) -> None:
    once = committed(value)
    assert committed(once) == once


@pytest.mark.parametrize("value", [{"s": SALT}, {"v": VALUE}, {"s": 1, "v": 2, "x": 3}, {"c": 1, "d": 2}, {}, "s"])
def test_other_key_sets_are_not_reserved(value: object) -> None:
    assert committed([value]) == [value]


@pytest.mark.parametrize(
    "malformed",
    [
        {"s": SALT[:-1], "v": VALUE},
        {"s": SALT + "0", "v": VALUE},
        {"s": SALT.upper(), "v": VALUE},
        {"s": SALT[:-1] + "g", "v": VALUE},
        {"s": SALT[:10] + " " + SALT[11:], "v": VALUE},
        {"s": "", "v": VALUE},
        {"s": None, "v": VALUE},
        {"s": [SALT], "v": VALUE},
        {"s": SALT, "v": 1},
        {"s": SALT, "v": None},
        {"s": SALT, "v": SALTED},
        {"s": SALT, "v": "\ud800"},
        {"c": COMMITMENT[:-1]},
        {"c": COMMITMENT.upper()},
        {"c": COMMITMENT[:-1] + "g"},
        {"c": 1},
        {"c": None},
        {"c": SALTED},
        {"c": BLANKED},
    ],
    ids=repr,
)
def test_malformed_reserved_objects_are_refused_at_any_depth(malformed: object) -> None:
    for holder in (malformed, [malformed], {"a": {"b": [malformed]}}):
        with pytest.raises(CommitmentError):
            committed(holder)


def test_a_salt_of_another_form_is_refused() -> None:
    with pytest.raises(CommitmentError, match="salt"):
        commitment(SALT[:-2], VALUE)
