"""The form of what is stored: what annotations may say, and what does not fit them."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from zenml.domain.annotations import Annotated, Literal
from zenml.domain.facts import Fact, FactError
from zenml.domain.patterns import Pattern
from zenml.enums import StackComponentType

Word = Annotated[str, Pattern(r"[a-z]+")]


class Left(Fact):
    """One of two."""

    left: int


class Right(Fact):
    """The other one."""

    right: str


class Everything(Fact):
    """A field of each form."""

    KIND: ClassVar[str] = "everything"

    text: str
    number: int
    truth: bool
    word: Word
    one_of: Literal["a", "b"]
    fact: Left
    either: Left | Right | None
    maybe: Word | None
    row: tuple[Left, ...]
    table: dict[Word, Left | Right]


FIELDS: dict[str, Any] = {
    "text": "größe 🔑",
    "number": 2**60,
    "truth": True,
    "word": "abc",
    "one_of": "b",
    "fact": {"left": 1},
    "either": {"right": "x"},
    "maybe": None,
    "row": [{"left": 1}, {"left": 2}],
    "table": {"a": {"left": 1}, "b": {"right": "y"}},
}
FACT = Everything(
    text="größe 🔑",
    number=2**60,
    truth=True,
    word="abc",
    one_of="b",
    fact=Left(left=1),
    either=Right(right="x"),
    maybe=None,
    row=(Left(left=1), Left(left=2)),
    table={"a": Left(left=1), "b": Right(right="y")},
)


def test_a_fact_goes_to_json_and_back() -> None:
    assert FACT.to_fields() == FIELDS
    assert Everything.from_fields(FIELDS) == FACT
    assert list(FACT.to_fields()) == list(Everything.forms()) == list(FIELDS)
    assert Right(right="ö").to_json() == '{"right":"ö"}'


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", 1), ("text", None), ("text", b"x"),
        ("number", True), ("number", 1.0), ("number", "1"),
        ("truth", 1), ("truth", "true"),
        ("word", "Abc"), ("word", "abc\n"), ("word", ""), ("word", None),
        ("one_of", "c"), ("one_of", None), ("one_of", ["a"]),
        ("fact", None), ("fact", {}), ("fact", {"left": "1"}), ("fact", {"left": 1, "more": 2}), ("fact", [1]),
        ("either", {}), ("either", {"left": None}), ("either", {"left": 1, "right": "x"}), ("either", "x"),
        ("maybe", "1"), ("maybe", 1),
        ("row", {"left": 1}), ("row", [{"right": "x"}]), ("row", [1]), ("row", None), ("row", "ab"),
        ("table", []), ("table", {"A": {"left": 1}}), ("table", {"a": None}), ("table", {"a": {"left": []}}),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_the_name_of_its_field(field: str, value: Any) -> None:
    with pytest.raises(FactError) as caught:
        Everything.from_fields({**FIELDS, field: value})
    assert caught.value.field == field
    assert str(caught.value).startswith(f"{field}: ")
    with pytest.raises(FactError) as caught:
        FACT.replace(**{field: value})
    assert caught.value.field == field


def test_values_are_facts_and_tuples_where_one_is_made() -> None:
    for field in ("fact", "either", "row", "table"):
        with pytest.raises(FactError, match=f"^{field}: "):
            FACT.replace(**{field: FIELDS[field]})


@pytest.mark.parametrize("fields", [None, [], "x", 1])
def test_only_an_object_has_fields(fields: Any) -> None:
    with pytest.raises(FactError, match="must be an object"):
        Left.from_fields(fields)


def test_fields_are_neither_missing_nor_more() -> None:
    with pytest.raises(FactError, match=r"^left: is missing$"):
        Left.from_fields({})
    with pytest.raises(FactError, match=r"^more: is not known$"):
        Left(left=1, more=2)  # type: ignore[call-arg]


def test_a_fact_is_what_its_fields_are() -> None:
    assert Left(left=1) == Left(left=1) != Left(left=2)
    assert Left(left=1) != Right(right="1")
    assert {Left(left=1), Left(left=1)} == {Left(left=1)}
    assert dict(Left(left=1)) == {"left": 1}
    assert repr(Left(left=1)) == "Left(left=1)"
    assert Left(left=1).replace(left=2) == Left(left=2)


def test_a_fact_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="Left cannot be changed"):
        Left(left=1).left = 2  # type: ignore[misc]
    with pytest.raises(AttributeError, match="Left cannot be changed"):
        del Left(left=1).left


def test_a_class_that_cannot_be_stored_is_refused() -> None:
    class Timed(Fact):
        at: float

    class Lenient(Fact):
        left: int = 1

    with pytest.raises(TypeError, match="float"):
        Timed(at=1.0)
    with pytest.raises(TypeError, match="Lenient has a default"):
        Lenient(left=1)


def test_a_text_of_a_class_of_its_own_is_kept_as_a_text() -> None:
    class Name(str):
        __slots__ = ()

    fact = FACT.replace(text=StackComponentType.ALERTER, word=Name("abc"), one_of=Name("a"), maybe=Name("x"))
    assert fact == FACT.replace(text="alerter", one_of="a", maybe="x")
    assert {type(fact.text), type(fact.word), type(fact.one_of), type(fact.maybe)} == {str}
    assert type(next(iter(FACT.replace(table={Name("k"): Left(left=1)}).table))) is str
