"""What annotations of documents mean: texts, lists, mappings, other documents, and what may be absent.

What is stored has its forms in `zenml.domain.facts`. There the first mistake is enough, for programs make it; what
is in files people write, so all mistakes are found, each with its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

TEXT, MAPPING, LIST = "must be text; put it in quotes", "must be a mapping", "must be a list"
MISSING, UNKNOWN, NOT_VALID = "is missing", "is not known", "is not valid"


class Mistake(NamedTuple):
    """What is wrong in a document.

    Attributes:
        place: The names and the numbers that lead there, from the outside.
        words: What is wrong with what is there, as the end of a sentence; or `MISSING`, `UNKNOWN`.
        is_key: Whether it is the key of a mapping that is wrong, and not what it has there.
    """

    place: tuple[str | int, ...]
    words: str
    is_key: bool = False

    def inside(self, *outer: str | int) -> Mistake:
        """Returns the mistake as whatever holds the document has it."""
        return self._replace(place=(*outer, *self.place))


class UnfitError(ValueError):
    """What is given is not such a document.

    Attributes:
        mistakes: What is wrong: in the order of the fields, and then the keys that are not known.
    """

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = list(mistakes)
        first = self.mistakes[0]
        super().__init__(f"{'.'.join(map(str, first.place))} {first.words}".strip())


class Converted:
    """Has a text kept in another spelling, or refused; in an annotation.

    Args:
        convert: Returns what is kept of a text; raises `ValueError` with what is wrong.
    """

    def __init__(self, convert: Callable[[str], str]) -> None:
        self.convert = convert


def reading(hint: Any) -> Callable[[Any], Any]:
    """Returns what reads a value with an annotation. Raises `TypeError` if that means nothing here."""
    origin, args = get_origin(hint), get_args(hint)
    if hint is Any or hint is bool:
        return lambda value: value
    if hint is str:
        return _text
    if origin is Annotated:
        return _converted(args[1])
    if origin in (Union, UnionType) and len(args) == 2 and args[1] is type(None):
        read = reading(args[0])
        return lambda value: None if value is None else read(value)
    if origin is list:
        return _list(reading(args[0]))
    if origin is dict:
        return _mapping(reading(args[0]), reading(args[1]))
    if hasattr(hint, "from_fields"):
        return lambda value: value if isinstance(value, hint) else hint.from_fields(value)
    raise TypeError(f"{hint} cannot be in a document")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise UnfitError([Mistake((), TEXT)])
    return str.__str__(value)  # what callers give may be of another class, such as an enumeration


def _converted(how: Converted) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        try:
            return how.convert(_text(value))
        except UnfitError:
            raise
        except ValueError as error:
            raise UnfitError([Mistake((), str(error))]) from None

    return read


def _list(read_item: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    def read(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise UnfitError([Mistake((), LIST)])
        items: list[Any] = []
        mistakes: list[Mistake] = []
        for number, item in enumerate(value):
            try:
                items.append(read_item(item))
            except UnfitError as error:
                mistakes += [mistake.inside(number) for mistake in error.mistakes]
        if mistakes:
            raise UnfitError(mistakes)
        return items

    return read


def _mapping(read_key: Callable[[Any], Any], read_item: Callable[[Any], Any]) -> Callable[[Any], dict[str, Any]]:
    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise UnfitError([Mistake((), MAPPING)])
        items: dict[str, Any] = {}
        mistakes: list[Mistake] = []
        for key, item in value.items():
            place, name, kept, count = shown_key(key), "", None, len(mistakes)
            try:
                name = read_key(key)
            except UnfitError as error:
                mistakes += [mistake.inside(place)._replace(is_key=True) for mistake in error.mistakes]
            try:
                kept = read_item(item)
            except UnfitError as error:
                mistakes += [mistake.inside(place) for mistake in error.mistakes]
            if len(mistakes) == count:
                items[name] = kept
        if mistakes:
            raise UnfitError(mistakes)
        return items

    return read


def shown_key(key: Any) -> str | int:
    """Returns a key as a place names it."""
    return key if isinstance(key, str) else int(key) if isinstance(key, int) else str(key)
