"""What files hold, as Python has it: fields with defaults, checked when a document is made, and no others.

A class says its fields by annotations, as a dataclass does. A library for this would be imported by each
`zenml apply`, and that takes longer than most of them run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    NamedTuple,
    TypeVar,
    dataclass_transform,
    get_origin,
    get_type_hints,
)

from zenml.documents.forms import MAPPING, MISSING, NOT_VALID, UNKNOWN, Mistake, UnfitError, reading, shown_key

if TYPE_CHECKING:
    from typing import Self

Value = TypeVar("Value")


class _Made(NamedTuple):
    """The default of a field: made anew each time, and shown to people or not."""

    make: Callable[[], Any]
    shown: bool


def field(*, default_factory: Callable[[], Value], shown: bool = True) -> Value:
    """Declares a field with a default that is made anew for each document.

    Args:
        default_factory: Makes it.
        shown: Whether the field is in the text that stands for the document in Python.
    """
    return _Made(default_factory, shown)  # type: ignore[return-value]


class _Field(NamedTuple):
    """What a class says of one field.

    Attributes:
        read: Returns what is kept of a value; raises `UnfitError`.
        required: Whether it has to be given.
        default: Makes its value where it is not given.
        shown: Whether Python shows it.
    """

    read: Callable[[Any], Any]
    required: bool
    default: Callable[[], Any]
    shown: bool


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class Document:
    """Base of everything in a file: frozen, compared by its fields, made of these and no others.

    Raises:
        UnfitError: Fields are missing, not known or of another form.
    """

    _fields: ClassVar[dict[str, _Field] | None] = None

    def __init__(self, **given: Any) -> None:
        self._take(given)

    @classmethod
    def fields(cls) -> dict[str, _Field]:
        """Returns the fields, in the order in which they are declared."""
        fields = cls.__dict__.get("_fields")
        if fields is None:
            hints = get_type_hints(cls, include_extras=True)
            fields = {name: _field(cls, name, hint) for name, hint in hints.items() if _is_field(name, hint)}
            cls._fields = fields
        return fields

    @classmethod
    def from_fields(cls, given: Any) -> Self:
        """Returns the document of what YAML has for its fields. Raises `UnfitError`."""
        if not isinstance(given, dict):
            raise UnfitError([Mistake((), MAPPING)])
        document = cls.__new__(cls)
        document._take(given)
        return document

    def _take(self, given: Mapping[Any, Any]) -> None:
        values, mistakes = self.__dict__, []
        fields = self.fields()
        for name, declared in fields.items():
            if name not in given:
                if declared.required:
                    mistakes.append(Mistake((name,), MISSING))
                else:
                    values[name] = declared.default()
                continue
            try:
                values[name] = declared.read(given[name])
            except UnfitError as error:
                mistakes += [mistake.inside(name) for mistake in error.mistakes]
        mistakes += [
            Mistake((shown_key(key),), UNKNOWN if isinstance(key, str) else NOT_VALID)
            for key in given
            if key not in fields
        ]
        if mistakes:
            raise UnfitError(mistakes)
        values["_named"] = frozenset(given)

    def names(self, name: str) -> bool:
        """Tells whether a field was given, be it with the value that it has otherwise."""
        return name in self.__dict__["_named"]

    def replace(self, **changes: Any) -> Self:
        """Returns the same document with other values in some fields. Raises `UnfitError`."""
        other = type(self)(**{name: getattr(self, name) for name in self.fields() if self.names(name)} | changes)
        rest = {name: value for name, value in self.__dict__.items() if name not in other.__dict__}
        other.__dict__.update(rest)
        return other

    def to_fields(self) -> dict[str, Any]:
        """Returns what YAML has for its fields."""
        return {name: _plain(getattr(self, name)) for name in self._written()}

    def to_json(self) -> str:
        """Returns its fields as JSON text, as it is hashed where commands are compared."""
        from pydantic_core import to_json  # whose spelling of numbers the hashes of earlier versions have

        return to_json(self.to_fields()).decode()

    def _written(self) -> Iterable[str]:
        """Yields the fields that belong to what is written and shown of it."""
        return self.fields()

    def _parts(self) -> list[str]:
        fields = self.fields()
        return [f"{name}={getattr(self, name)!r}" for name in self._written() if fields[name].shown]

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and all(
            getattr(self, name) == getattr(other, name) for name in self.fields()
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self._parts())})"

    def __str__(self) -> str:
        return " ".join(self._parts())

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed")


def _is_field(name: str, hint: Any) -> bool:
    return not name.startswith("_") and get_origin(hint) is not ClassVar


def _field(cls: type[Document], name: str, hint: Any) -> _Field:
    default = getattr(cls, name, _field)
    if isinstance(default, _Made):
        return _Field(reading(hint), False, default.make, default.shown)
    return _Field(reading(hint), default is _field, lambda: default, True)


def _plain(value: Any) -> Any:
    if isinstance(value, Document):
        return value.to_fields()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return {key: _plain(item) for key, item in value.items()} if isinstance(value, dict) else value
