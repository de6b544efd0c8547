"""The form of everything that is stored: named fields, checked when a fact is made, and no others.

A class says its fields by annotations, as a dataclass does, and type checkers read them so. What an annotation may
say is what JSON can hold: texts, numbers, one of some words, lists, maps, facts, and what may be absent.
`Annotated` and `Literal` are those of `zenml.domain.annotations`. A library for this would be imported by every
command that writes, and that takes longer than most of them run.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping
from types import NoneType, UnionType

from zenml.domain.annotations import Annotated, Literal, dataclass_transform, hints, parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, ClassVar, Self

    from zenml.domain.patterns import Pattern

    Fits = Callable[[Any], bool]
    """Tells whether a value is of a form."""


_EXACT = 2**53
"""From here on, readers of JSON begin to round (RFC 7493, section 2.2)."""


class FactError(ValueError):
    """A fact does not have its form.

    Attributes:
        field: The field that is wrong; empty if the fields are not those of the fact.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}" if field else problem)
        self.field = field


class _Form(namedtuple("_Form", "make read write fitting")):
    """What an annotation says.

    Attributes:
        make: Returns what is kept of a value; raises `ValueError` if it does not fit.
        read: Returns the value for one that JSON has; raises `ValueError` if it does not fit.
        write: Returns what JSON has for a value.
        fitting: Makes what tells of a JSON value whether `read` takes it, in a fraction of the time; few ask.
    """

    __slots__ = ()
    make: Callable[[Any], Any]
    read: Callable[[Any], Any]
    write: Callable[[Any], Any]
    fitting: Callable[[], Fits]


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Fact:
    """Base of what is stored: frozen, compared by its fields, made of exactly these."""

    _forms: ClassVar[dict[str, _Form] | None] = None
    _fits: ClassVar[Fits | None] = None

    def __init__(self, **fields: Any) -> None:
        forms = self.forms()
        if fields.keys() != forms.keys():
            raise _other_fields(type(self), fields)
        for name, form in forms.items():
            try:
                self.__dict__[name] = form.make(fields[name])
            except ValueError as error:
                raise FactError(name, str(error)) from None

    @classmethod
    def forms(cls) -> dict[str, _Form]:
        """Returns the fields, in the order in which they are declared, with the form of each."""
        forms = cls.__dict__.get("_forms")
        if forms is None:
            forms = {name: _form(hint) for name, hint in hints(cls).items()}
            if any(hasattr(cls, name) for name in forms):
                raise TypeError(f"A field of {cls.__name__} has a default; what is stored says all of its fields")
            cls._forms = forms
        return forms

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> Self:
        """Returns a fact of what JSON has for its fields.

        Raises:
            FactError: These are other fields, or one of them has another form.
        """
        forms = cls.forms()
        if not isinstance(fields, Mapping) or fields.keys() != forms.keys():
            raise _other_fields(cls, fields)
        fact = cls.__new__(cls)
        for name, form in forms.items():
            try:
                fact.__dict__[name] = form.read(fields[name])
            except ValueError as error:
                raise FactError(name, str(error)) from None
        return fact

    @classmethod
    def fitting(cls) -> Fits:
        """Returns what tells whether JSON has the fields of such a fact, and a whole number for each number.

        What fits, `from_fields` takes. It also takes whole numbers that not every reader of JSON holds exactly.
        """
        fits = cls.__dict__.get("_fits")
        if fits is None:
            fits = cls._fits = _fitting(cls)
        return fits

    def to_fields(self) -> dict[str, Any]:
        """Returns what JSON has for its fields."""
        return {name: form.write(self.__dict__[name]) for name, form in self.forms().items()}

    def to_json(self) -> str:
        """Returns its fields as JSON text, in the order in which they are declared."""
        import json

        return json.dumps(self.to_fields(), ensure_ascii=False, separators=(",", ":"))

    def replace(self, **changes: Any) -> Self:
        """Returns the same fact with other values in some fields. Raises `FactError` as making one does."""
        return type(self)(**{**self.__dict__, **changes})

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return iter(self.__dict__.items())

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self)
        return f"{type(self).__name__}({fields})"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed")


def _fitting(cls: type[Fact]) -> Fits:
    forms = cls.forms()
    names, members = forms.keys(), tuple((name, form.fitting()) for name, form in forms.items())

    def fits(value: Any) -> bool:
        if type(value) is not dict or value.keys() != names:
            return False
        for name, member in members:  # noqa: SIM110 - a generator takes twice as long
            if not member(value[name]):
                return False
        return True

    return fits


def _other_fields(cls: type[Fact], fields: Any) -> FactError:
    if not isinstance(fields, Mapping):
        return FactError("", "must be an object")
    missing, surplus = cls.forms().keys() - fields.keys(), fields.keys() - cls.forms().keys()
    name = min(map(str, missing or surplus))
    return FactError(name, "is missing" if missing else "is not known")


# --- what annotations say -----------------------------------------------------------------------


def _form(hint: Any) -> _Form:
    """Returns the form that an annotation means.

    Raises:
        TypeError: It means nothing that can be stored.
    """
    origin, args = parts(hint)
    if origin is Annotated:
        return _pattern(args[1])
    if origin is Literal:
        return _text(lambda value: type(value) is str and value in args, f"must be one of {', '.join(args)}")
    if origin is UnionType:
        return _one_of(args)
    if origin is tuple:
        return _list(_form(args[0]))
    if origin is dict:
        return _map(_form(args[0]), _form(args[1]))
    if isinstance(hint, type) and issubclass(hint, Fact):
        return _fact(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    raise TypeError(f"{hint} cannot be stored")


def _same(value: Any) -> Any:
    return value


def _plain(fits: Fits, problem: str) -> _Form:
    def read(value: Any) -> Any:
        if not fits(value):
            raise ValueError(problem)
        return value

    return _Form(read, read, _same, lambda: fits)


def _text(fits: Fits, problem: str) -> _Form:
    """Returns the form of some texts; what callers give may be of another class, such as an enumeration."""
    plain = _plain(fits, problem)

    def make(value: Any) -> str:
        return plain.read(str.__str__(value) if isinstance(value, str) else value)  # type: ignore[no-any-return]

    return plain._replace(make=make)


def _pattern(pattern: Pattern) -> _Form:
    def fitting() -> Fits:
        matches = pattern.matches
        return lambda value: type(value) is str and matches(value) is not None

    form = _text(lambda value: type(value) is str and pattern.fits(value), "has another form")
    return form._replace(fitting=fitting)


_PLAIN: dict[Any, _Form] = {
    str: _text(lambda value: type(value) is str, "must be text"),
    int: _plain(lambda value: type(value) is int, "must be a whole number")._replace(
        fitting=lambda: lambda value: type(value) is int and -_EXACT < value < _EXACT
    ),
    bool: _plain(lambda value: type(value) is bool, "must be true or false"),
    NoneType: _plain(lambda value: value is None, "must be null"),
}


def _fact(kind: type[Fact]) -> _Form:
    def make(value: Any) -> Any:
        if type(value) is not kind:
            raise ValueError(f"must be a {kind.__name__}")
        return value

    return _Form(make, kind.from_fields, lambda value: value.to_fields(), kind.fitting)


def _list(item: _Form) -> _Form:
    def make(value: Any) -> Any:
        if type(value) is not tuple:
            raise ValueError("must be a tuple")
        return tuple(map(item.make, value))

    def read(value: Any) -> Any:
        if not isinstance(value, list | tuple):
            raise ValueError("must be a list")
        return tuple(map(item.read, value))

    def fitting() -> Fits:
        fits = item.fitting()
        return lambda value: type(value) is list and all(map(fits, value))

    return _Form(make, read, lambda value: [item.write(each) for each in value], fitting)


def _map(key: _Form, item: _Form) -> _Form:
    def make(value: Any) -> Any:
        if type(value) is not dict:
            raise ValueError("must be a dict")
        return {key.make(name): item.make(each) for name, each in value.items()}

    def read(value: Any) -> Any:
        if type(value) is not dict:
            raise ValueError("must be an object")
        return {key.read(name): item.read(each) for name, each in value.items()}

    def write(value: Any) -> Any:
        return {name: item.write(each) for name, each in value.items()}

    def fitting() -> Fits:
        names, values = key.fitting(), item.fitting()
        return lambda value: type(value) is dict and all(map(names, value)) and all(map(values, value.values()))

    return _Form(make, read, write, fitting)


def _one_of(args: tuple[Any, ...]) -> _Form:
    """Returns the form of what may be of several kinds; facts are told apart by their fields."""
    by_kind = {arg: _form(arg) for arg in args if isinstance(arg, type)}
    texts = [_form(arg) for arg in args if not isinstance(arg, type)]
    facts = [kind for kind in by_kind if issubclass(kind, Fact)]
    plain = [*(form for kind, form in by_kind.items() if kind not in facts), *texts]

    def of(value: Any) -> _Form:
        form = by_kind.get(str if isinstance(value, str) else type(value))
        if form is not None:
            return form
        for form in texts:
            try:
                form.make(value)
            except ValueError:
                continue
            return form
        raise ValueError("has another form")

    def read(value: Any) -> Any:
        for kind in facts if isinstance(value, dict) else ():
            if value.keys() == kind.forms().keys():
                return kind.from_fields(value)
        return of(value).read(value)

    def fitting() -> Fits:
        kinds = [*(kind.fitting() for kind in facts), *(form.fitting() for form in plain)]

        def fits(value: Any) -> bool:
            for kind in kinds:  # noqa: SIM110 - a generator takes twice as long
                if kind(value):
                    return True
            return False

        return fits

    return _Form(lambda value: of(value).make(value), read, lambda value: of(value).write(value), fitting)
