"""Blanking the text of an event: the pointers of RFC 6901, and the same commitments before and after."""

from __future__ import annotations

import json
from typing import Any

import pytest

from zenml.domain.errors import DamagedLedgerError, InvalidValueError
from zenml.evidence import canonical
from zenml.evidence.commitments import commitment, committed
from zenml.stores.blanking import blank_places, blanked, have_same_commitments, values_named

SALT = "0f" * 16


def value(text: str) -> dict[str, str]:
    return {"s": SALT, "v": json.dumps(text)}


def text(fields: Any) -> bytes:
    return canonical.text(fields).encode()


FIELDS = {
    "": value("empty name"),
    "a/b": value("slash"),
    "a~b": value("tilde"),
    "~1": value("not a slash"),
    "list": [value("first"), {"deep": value("second")}],
    "secret": {"ciphertext": value("sealed"), "key_id": "k", "masked": None},
    "plain": "s",
    "number": 1,
}
POINTERS = {
    "/": "empty name",
    "/a~1b": "slash",
    "/a~0b": "tilde",
    "/~01": "not a slash",
    "/list/0": "first",
    "/list/1/deep": "second",
    "/secret/ciphertext": "sealed",
}


@pytest.mark.parametrize(("pointer", "content"), POINTERS.items())
def test_the_value_that_a_pointer_leads_to_is_blanked_and_nothing_else(pointer: str, content: str) -> None:
    after = blanked(1, text(FIELDS), [pointer])
    assert after == text(json.loads(after)), "canonical"
    assert after.decode() == text(FIELDS).decode().replace(
        text(value(content)).decode(),
        json.dumps({"c": commitment(SALT, json.dumps(content))}, separators=(",", ":")),
    )
    assert committed(json.loads(after)) == committed(FIELDS)
    assert have_same_commitments(after, text(FIELDS))
    assert blank_places(after, list(POINTERS)) == [pointer]
    assert blanked(1, after, [pointer]) == after


def test_all_of_them_at_once() -> None:
    after = blanked(1, text(FIELDS), list(POINTERS))
    assert b'"v"' not in after
    assert json.loads(after) == committed(FIELDS)


@pytest.mark.parametrize(
    "pointer",
    [
        *("", "a~1b", "/plain", "/number", "/list", "/secret", "/secret/masked", "/secret/ciphertext/v", "/none"),
        *("/list/2", "/list/-1", "/list/-", "/list/00", "/list/01", "/list/0/s", "/list/x", "/plain/0", "/list/²"),
    ],
)
def test_what_is_no_value_is_refused(pointer: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        blanked(7, text(FIELDS), ["/", pointer])
    assert caught.value.code == "no_value_there"
    assert "position 7" in caught.value.message
    assert blank_places(text(FIELDS), [pointer]) == []


@pytest.mark.parametrize(
    "state", [b"no JSON", b'{"a":{"s":"short","v":"1"}}', b'{"a":{"s":"%s","v":1}}' % (b"0" * 32)]
)
def test_a_malformed_text_is_damage(state: bytes) -> None:
    with pytest.raises(DamagedLedgerError):
        blanked(1, state, ["/a"])
    assert blank_places(state, ["/a"]) == []
    assert not have_same_commitments(state, state)


def test_another_value_has_another_commitment() -> None:
    other = text({**FIELDS, "a/b": value("another")})
    assert not have_same_commitments(other, text(FIELDS))
    assert not have_same_commitments(other, blanked(1, text(FIELDS), ["/a~1b"]))


def test_an_event_names_what_came_before_it() -> None:
    named = [{"position": position, "field": "/a"} for position in (-1, 0, 1, 6, 7, 8)]
    assert values_named(text({"reason": None, "values": named}), 7) == [(1, "/a"), (6, "/a")]
