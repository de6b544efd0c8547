"""Arguments of the Python API, compared with what the methods say they take before anything is done."""

from __future__ import annotations

import functools
import os
from collections.abc import Collection, Iterable, Mapping

from zenml.documents.limits import DEPTH
from zenml.domain.errors import InvalidValueError
from zenml.paths import config_directory, ledger_file
from zenml.projections.database import StorageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TypeVar

    Class = TypeVar("Class")

_KINDS = {
    "str": "a text",
    "bool": "True or False",
    "int": "a whole number",
    "datetime": "a datetime",
    "os.PathLike[str]": "a path",
    "Sequence[str]": "a list of texts",
    "Iterable[str]": "a list of texts",
    "frozenset[str]": "a list of texts",
    "Mapping[str, Any]": "a mapping of names to values",
    "Mapping[str, str]": "a mapping of names to values",
    "StackComponent": "a component",
    "Stack": "a stack",
    "ProfileDocument": "a document",
    "Change": "a change",
    "Plan": "a plan",
    "ClosableRuns": "what closable_runs() returned",
    "tuple[str, str]": "a type and a name",
    "Listed": "what find_redaction() returned",
    "Shredding": "what shredding() returned",
    "Sequence[tuple[int, str]]": "a list of positions and fields",
    "Collection[tuple[str, int, str]]": "a list of ledgers, positions and fields",
    "None": "None",
}
"""What annotations mean. Values with another one are not checked, except functions."""


def checked(api: type[Class]) -> type[Class]:
    """Makes the public methods of a class refuse what they do not take, and raise only our own errors.

    Otherwise each wrong value would fail somewhere inside, or, as a text in place of a list, mean something else.
    """
    for name in ("__init__", *(name for name in dir(api) if not name.startswith("_"))):
        owner = next(base for base in api.__mro__ if name in vars(base))
        method = vars(owner)[name]
        if isinstance(method, staticmethod):
            setattr(api, name, staticmethod(_checking(api, method.__func__)))
        elif callable(method) and owner is not object:
            setattr(api, name, _checking(api, method))
    return api


def _checking(api: type, method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def call(*args: Any, **named: Any) -> Any:
        for name, annotation, value in _given(method, args, named):
            _check(f"{api.__name__}.{method.__name__}", name, annotation, value)
        try:
            return method(*args, **named)
        except (StorageError, UnicodeDecodeError, UnicodeEncodeError) as error:
            from zenml.projections.errors import from_sqlite

            raise from_sqlite(error, ledger_file(config_directory())) from error

    return call


def _given(
    method: Callable[..., Any], args: tuple[Any, ...], named: dict[str, Any]
) -> Iterator[tuple[str, str, Any]]:
    code, annotations = method.__code__, method.__annotations__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    yield from (
        (name, annotations.get(name, ""), value)
        for name, value in zip(names[: code.co_argcount], args, strict=False)
    )
    rest = code.co_varnames[len(names) : len(names) + 2]
    for value in args[code.co_argcount :]:
        yield rest[0], annotations.get(rest[0], ""), value
    unpacked = next((text for name in rest if (text := annotations.get(name, "")).startswith("Unpack[")), None)
    others = _conditions(unpacked) if unpacked is not None else {}
    for name, value in named.items():
        if others and name not in annotations and name not in others:
            raise InvalidValueError(
                f"{method.__name__}() has no argument '{name}'.", f"It has {', '.join(sorted(others))}."
            )
        yield name, annotations.get(name) or others.get(name, ""), value


def _conditions(unpacked: str) -> dict[str, str]:
    """Returns the annotations of further arguments by name: those of filters of runs, or else of changes."""
    if unpacked == "Unpack[RunFilterArguments]":
        from zenml.api.looking_back import LookingBack

        annotations = LookingBack.runs.__annotations__
    else:
        from zenml.history.history_filter import history, selection

        annotations = {**selection.__annotations__, **history.__annotations__}
    return {name: text for name, text in annotations.items() if name not in ("now", "which", "return")}


def _check(method: str, name: str, annotation: str, value: Any) -> None:
    kinds = annotation.split(" | ")
    if annotation.startswith("Callable["):
        fits, kinds = callable(value), ["a function"]
    elif all(kind in _KINDS for kind in kinds):
        fits = any(_fits(kind, value) for kind in kinds)
        if isinstance(value, str) and "os.PathLike[str]" in kinds:
            fits = "\0" not in value
        kinds = list(dict.fromkeys(_KINDS[kind] for kind in kinds))
    else:
        return
    if not fits:
        given = "None" if value is None else f"a value of the type {type(value).__name__}"  # it may be a secret
        raise InvalidValueError(
            f"{method}() takes {' or '.join(kinds)} as '{name}', and was given {given}.",
            f"Call help({method}) to see what it takes.",
        )


def _fits(kind: str, value: Any) -> bool:
    match _KINDS[kind]:
        case "a text":
            return isinstance(value, str)
        case "True or False":
            return isinstance(value, bool)
        case "a whole number":
            return isinstance(value, int) and not isinstance(value, bool)
        case "a path":
            return isinstance(value, os.PathLike) and isinstance(os.fspath(value), str)
        case "a mapping of names to values":
            return _is_mapping(value, texts=kind.endswith("str]"))
        case "a list of texts":
            if isinstance(value, str | bytes) or not isinstance(value, Iterable):
                return False  # as a list, a text would be its letters
            return not isinstance(value, Collection) or all(isinstance(item, str) for item in value)
        case "a list of positions and fields":
            return _are_rows(value, (int, str))
        case "a list of ledgers, positions and fields":
            return _are_rows(value, (str, int, str))
        case "a type and a name":
            return _are_rows([value], (str, str))
        case "None":
            return value is None
        case _:
            return any(base.__name__ == kind for base in type(value).__mro__)  # few commands import these


def _are_rows(value: Any, kinds: tuple[type, ...]) -> bool:
    """Tells whether a value is a list of tuples whose members are of some types."""
    if not isinstance(value, Collection) or isinstance(value, str | bytes):
        return False
    return all(isinstance(row, tuple) and tuple(map(type, row)) == kinds for row in value)


def _is_mapping(value: Any, *, texts: bool) -> bool:
    from zenml.domain.nesting import is_nested_deeper

    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        return False
    return (
        all(isinstance(item, str) for item in value.values()) if texts else not is_nested_deeper(value, DEPTH + 1)
    )
