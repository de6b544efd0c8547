"""The words after ``register`` and ``update``: a name, and parameters that only the flavor knows."""

from __future__ import annotations

import os

from zenml.cli.mistakes.misused import BadValueError, MisusedError
from zenml.documents.limits import PARAMETER
from zenml.documents.opening import read_text
from zenml.domain.errors import InvalidValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from zenml.flavors.base import StackComponent

_FILES = "Write @ and the path of a text file, --parameter=@settings.json; @@ for a value that begins with @."


def parse(words: list[str]) -> tuple[str | None, dict[str, str]]:
    """Returns the name, if there is one, and the parameters.

    A parameter is written ``--parameter=value`` or ``--parameter value``; see `expand_value` for the values.
    """
    positional: list[str] = []
    parameters: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        if not word.startswith("-") or word == "-":
            positional.append(word)
            continue
        key, equals, value = _option(word).partition("=")
        if not equals:
            value = next(rest, "")
            if not value or value.startswith("--"):
                raise MisusedError(f"The parameter '{key}' has no value.", f"Write --{key}=VALUE.")
        _check_once(key.replace("-", "_"), parameters)
        parameters[key.replace("-", "_")] = expand_value(value, key)
    return _single_name(positional), parameters


def names_only(words: list[str]) -> tuple[str | None, list[str]]:
    """Returns the name, if there is one, and the parameters, which have no values here."""
    positional = [word for word in words if not word.startswith("-")]
    options = [_option(word).partition("=")[0].replace("-", "_") for word in words if word.startswith("-")]
    return _single_name(positional), options


def keyed_secrets(
    declared: type[StackComponent], texts: list[str], parameters: dict[str, str], kept: Iterable[str] = ()
) -> frozenset[str]:
    """Puts ``--secret parameter=value`` among the parameters and returns which ones were given so.

    A flavor may itself have a parameter called ``secret``: a word without ``=`` is its value, which is
    encrypted like everything else that is given so. Those in ``kept`` are parameters that the component has
    without its flavor knowing them.

    Raises:
        InvalidValueError: There is no such parameter. The text is not repeated: it is secret.
    """
    known = {parameter.name for parameter in declared.describe_parameters()} | set(kept)
    encrypted = set()
    for text in texts:
        key, equals, value = text.partition("=")
        key = key.replace("-", "_")
        if "secret" in known and (not equals or key not in known):  # base64 may end with =
            key, value = "secret", text
        elif not equals or key not in known:
            raise InvalidValueError(
                "The option --secret takes a parameter of the flavor and its value: --secret parameter=value.",
                f"The parameters of the flavor '{declared.FLAVOR}' are: {', '.join(sorted(known)) or 'none'}.",
            )
        _check_once(key, parameters)
        parameters[key] = expand_value(value, key)
        encrypted.add(key)
    return frozenset(encrypted)


def _option(word: str) -> str:
    if not word.startswith("--") or not word[2:].partition("=")[0].replace("-", "_").isidentifier():
        raise BadValueError("Please write each parameter as --parameter=value.", param_hint="parameters")
    return word[2:]


def _check_once(key: str, parameters: dict[str, str]) -> None:
    if key in parameters:
        raise BadValueError(f"The parameter '{key}' is given twice.", param_hint=f"--{key}")


def _single_name(positional: list[str]) -> str | None:
    if len(positional) > 1:
        # not repeated: it may be a secret that lost its option
        raise BadValueError("Please give one name only; write parameters as --parameter=value.")
    return positional[0] if positional else None


def expand_value(value: str, parameter: str) -> str:
    """Returns a value as it is meant: ``@file`` and ``@~/file`` are the text of a file, ``@@x`` is ``@x``.

    Raises:
        InvalidValueError: The file cannot be read. It is not named: a password may begin with ``@``.
    """
    if not value.startswith("@"):
        return value
    path = value[1:]
    if path.startswith("@"):
        return path
    if not path:
        raise _unreadable_file_error(parameter, "its name is missing")
    try:
        text = read_text(os.path.expanduser(path), PARAMETER)
    except FileNotFoundError as error:
        raise _unreadable_file_error(parameter, error.strerror) from error
    except ValueError as error:  # of a file that is something else, or of a name that cannot be one
        raise _unreadable_file_error(parameter, error) from error
    return text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text


def _unreadable_file_error(parameter: str, why: object) -> InvalidValueError:
    return InvalidValueError(f"The file that --{parameter} names cannot be read: {why}.", _FILES)
