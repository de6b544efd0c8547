"""Every event in every form it may have, made of what its class says of its fields.

A field that may be absent is there and absent, one of some words is each of them, a value is in the open, blanked
and encrypted. Fields vary one at a time; what was before and what is after vary together.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import product
from types import NoneType, UnionType
from typing import Any

from tests.domain.things import uid
from zenml.domain.annotations import Annotated, Literal, hints, parts
from zenml.domain.events import CosignatureLine, Event, Pointer, TokenId, VerifierKey
from zenml.domain.facts import Fact
from zenml.domain.values import Hex16, Hex32, Id, Salted, Secret

Variants = list[tuple[str, Any]]
"""What each is called, and the value; the first one is the usual one."""

LABELS: dict[str, str] = {}
"""By id, salt and commitment, what a reader calls it."""

_TYPES = ("artifact_store", "orchestrator")
_FEW = ("", "none", "as before")
"""Of what was before and what is after, one alone is anything else than these."""

_VALUES = {"mapping": '{"a": [1, null, true]}', "null": "null", "like a blank": '{"c": 1}'}


def variants(event: type[Event]) -> dict[str, Event]:
    """Returns an event in every form, by what is unusual about it."""
    fields = {name: _fields(hint, name) for name, hint in hints(event).items()}
    usual = {name: forms[0][1] for name, forms in fields.items()}
    found = {"usual": event(**usual)}
    sides = {name: forms for name, forms in fields.items() if name.startswith(("old", "new"))}
    for name in sides:
        before = name.replace("new", "old", 1)
        if name.startswith("new") and before in sides:
            sides[name] = [*sides[name], ("as before", usual[before])]
    alone = [{name: forms} for name, forms in fields.items() if name not in sides]
    for some in (sides, *alone):
        for chosen in product(*some.values()):
            if sum(said not in _FEW for said, _ in chosen) > 1:
                continue
            unusual = [f"{name} {said}" for name, (said, _) in zip(some, chosen, strict=True) if said]
            changes = {name: value for name, (_, value) in zip(some, chosen, strict=True)}
            found.setdefault(", ".join(unusual) or "usual", event(**{**usual, **changes}))
    return found


def usual(event: type[Event]) -> Event:
    """Returns an event as it usually is: with a value in every field."""
    return event(**{name: _fields(hint, name)[0][1] for name, hint in hints(event).items()})


def labelled(value: Any) -> Any:
    """Returns what JSON has with the labels of ids, salts and commitments in their places."""
    if isinstance(value, dict):
        return {key: labelled(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [labelled(item) for item in value]
    return LABELS.get(value, value) if isinstance(value, str) else value


def _fields(hint: Any, name: str) -> Variants:
    """Returns the forms of a field.

    Raises:
        TypeError: Nobody has said here what such a field may be.
    """
    origin, args = parts(hint)
    if origin is Literal:
        return [("" if number == 0 else word, word) for number, word in enumerate(args)]
    if origin is UnionType:
        return _first_usual(form for arg in args for form in _fields(arg, name))
    if origin is tuple:
        return [("", _several(args[0], name)), *_tuples(args[0], name), ("empty", ())]
    if origin is dict:
        return _dicts(args[1], name)
    if hint == Salted:
        return _salted(name)
    if isinstance(hint, type) and issubclass(hint, Fact):
        return list(_facts(hint, name))
    plain = _plain(hint, name)
    return [(said, value) for said, value in plain]


def _plain(hint: Any, name: str) -> Variants:
    words = name.replace("_", " ")
    if hint is str and name == "component_type":
        return [("", _TYPES[0]), (_TYPES[1], _TYPES[1])]
    if hint is str:
        return [("", f"the {words}"), ("in quotes", f"größe '{words}' \"数据\"")]
    if hint is int:
        return [("", 1234), ("one", 1)]
    if hint is bool:
        return [("", True), ("false", False)]
    if hint == TokenId:
        return [("", "kx7m2p9q")]
    if hint == VerifierKey:
        key_id = sha256(name.encode()).hexdigest()[:8]
        return [("", f"zenml-ledger/of-a-machine+{key_id}+AQ{'A' * 42}")]
    if hint == CosignatureLine:
        return [("", f"— witness.test/w1 {'A' * 102}==")]
    if hint is NoneType:
        return [("none", None)]
    if hint == Id:
        return [("", _label(uid(name), f"<{name}>"))]
    if hint == Hex32:
        return [("", _label(sha256(name.encode()).hexdigest(), f"<{name}>"))]
    if hint == Hex16:
        return [("", _label(sha256(name.encode()).hexdigest()[:32], f"<salt of {name}>"))]
    if hint == Pointer:
        return [("", "/parameters/some_parameter")]
    if _has_form(hint, "2026-11-17T14:00:00.000000Z"):
        return [("", "2026-11-17T14:00:00.000000Z")]
    if _has_form(hint, "some_parameter"):
        return [("", "some_parameter")]
    raise TypeError(f"{name}: no form of {hint} is known; say one here")


def _has_form(hint: Any, text: str) -> bool:
    origin, args = parts(hint)
    return origin is Annotated and args[1].matches(text) is not None


def _label(text: str, label: str) -> str:
    LABELS[text] = label
    return text


def _first_usual(forms: Iterator[tuple[str, Any]]) -> Variants:
    """Returns all forms with a name for each but the first."""
    (said, first), *rest = forms
    return [(said, first), *((said or type(value).__name__.lower(), value) for said, value in rest)]


def _salted(name: str) -> Variants:
    (_, salt), *_ = _fields(Hex16, name)
    values = {"": f'"the {name.replace("_", " ")}"', **_VALUES}
    return [(said, Salted(s=salt, v=text)) for said, text in values.items()]


def _facts(fact: type[Fact], name: str) -> Iterator[tuple[str, Fact]]:
    """Yields a fact with each form of each of its fields, one at a time."""
    fields = {inner: _fields(hint, f"{name} {inner}") for inner, hint in hints(fact).items()}
    if fact is Secret:  # usually nothing but stars is shown of it
        fields = {field: [form for form in every if form[0] not in _VALUES] for field, every in fields.items()}
        shown = [(said or "shown", value) for said, value in fields["masked"] if value is not None]
        fields["masked"] = [("", None), *shown]
    usual = {inner: forms[0][1] for inner, forms in fields.items()}
    yield "", fact(**usual)
    for inner, forms in fields.items():
        for said, value in forms[1:]:
            yield f"{fact.__name__.lower()} {inner} {said}", fact(**{**usual, inner: value})


def _several(item: Any, name: str) -> tuple[Any, ...]:
    return tuple(_fields(item, f"{number} {name}")[0][1] for number in ("first", "second"))


def _tuples(item: Any, name: str) -> Variants:
    return [(f"one {said}".strip(), (value,)) for said, value in _fields(item, f"first {name}")]


def _dicts(item: Any, name: str) -> Variants:
    """Returns maps: with one entry for each form of an item, and empty."""
    if item == Id:
        return [("", {kind: _fields(item, kind)[0][1] for kind in _TYPES}), ("empty", {})]
    forms = _fields(item, name)
    every = {f"p{number}": value for number, (_, value) in enumerate(forms)}
    return [("", every), ("empty", {})]
