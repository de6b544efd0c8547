"""The one text that a JSON value has, after RFC 8785 (JSON Canonicalization Scheme), and strict reading."""

from __future__ import annotations

# What `json.encoder` takes. Undocumented, but in every Python since 2.6, and a third of the time of the documented
# ways to quote one string. It escapes what section 3.2.2.2 escapes and nothing else: the tests go through all
# characters.
from _json import encode_basestring as _quoted
from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from json import JSONDecoder

MAX_INTEGER = 2**53 - 1
"""The largest integer, either side of zero, that every JSON reader holds exactly (RFC 7493, section 2.2)."""


_INFINITE = float("inf")


class CanonicalError(ValueError):
    """A value that has no canonical text, or a text that is not strict JSON."""


def text(value: object) -> str:
    """Returns the RFC 8785 text of a JSON value.

    A JSON value is `None`, a `bool`, a `str`, an `int` of at most `MAX_INTEGER` either side of zero, a finite
    `float`, a list or tuple of JSON values, or a dict from `str` to JSON values. As a value, an instance of a
    subclass of these is not.

    Raises:
        CanonicalError: The value, or one inside it, is something else, or holds half of a surrogate pair.
    """
    try:
        written = _written(value, None)
        if written.isascii():
            return written
        units = written.encode("utf-16-le")
        # Section 3.2.3 sorts by UTF-16 code units. Python sorts by code points, which is the same
        # unless a character takes two units: those begin with D800 to DBFF, before E000 to FFFF.
        return written if len(units) == 2 * len(written) else _written(value, _utf16)
    except TypeError:
        raise CanonicalError("A key is not a string") from None
    except UnicodeEncodeError:
        raise CanonicalError("A string holds half of a surrogate pair") from None
    except RecursionError:
        raise CanonicalError("The value is nested too deeply") from None


def parse(stored: str) -> object:
    """Returns the JSON value that a text represents.

    Every JSON number is a double (RFC 8785, section 3.2.2.3): an integer beyond `MAX_INTEGER` is returned as
    the nearest `float`.

    Raises:
        CanonicalError: The text is not JSON, or is JSON that two readers may understand differently: a key
            given twice in one object, a number beyond the doubles, half of a surrogate pair.
    """
    value = _decoded(stored)
    if not stored.isascii() or "\\u" in stored:
        text(value)  # only such a text can hold half of a surrogate pair
    return value


def is_canonical(stored: str) -> bool:
    """Whether a text is exactly the RFC 8785 text of the value it represents."""
    try:
        return text(_decoded(stored)) == stored
    except CanonicalError:
        return False


def _written(value: object, order: Callable[[str], bytes] | None) -> str:
    if type(value) is str:
        return _quoted(value)
    if type(value) is dict:
        members = []
        for name in sorted(value, key=order):
            member = value[name]
            # A string is written here, without a separate call: nearly all of an event is strings.
            members.append(
                f"{_quoted(name)}:{_quoted(member) if type(member) is str else _written(member, order)}"
            )
        return "{" + ",".join(members) + "}"
    if type(value) is list or type(value) is tuple:
        return "[" + ",".join([_written(item, order) for item in value]) + "]"
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if type(value) is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise CanonicalError("An integer is beyond 2**53 - 1, where JSON readers begin to round")
        return str(value)
    if type(value) is float:
        return _number(value)
    raise CanonicalError(f"A {type(value).__name__} is not a JSON value")


def _number(value: float) -> str:
    """Writes a double as ECMA-262 does (Number::toString), whose digits are those of `repr`: the shortest."""
    if not -_INFINITE < value < _INFINITE:
        raise CanonicalError(f"The number {value} is not a JSON value")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(digits) - len(fraction) + int(exponent or 0)  # value = 0.digits × 10**point
    digits = digits.rstrip("0")
    if 0 < point <= 21:
        if len(digits) <= point:
            return sign + digits.ljust(point, "0")
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}e{point - 1:+d}"


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be")


def _decoded(stored: str) -> object:
    try:
        return _decoder().decode(stored)
    except CanonicalError:
        raise
    except ValueError as error:
        raise CanonicalError(f"Not JSON: {error}") from None
    except RecursionError:
        raise CanonicalError("The text is nested too deeply") from None


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise CanonicalError("A key is given twice in one object")
    return members


def _double(literal: str) -> float:
    number = float(literal)
    if abs(number) == _INFINITE:
        raise CanonicalError("A number is beyond the doubles")
    return number


def _integer(literal: str) -> int | float:
    number = _double(literal)
    return int(literal) if abs(number) <= MAX_INTEGER else number


def _constant(literal: str) -> object:
    raise CanonicalError(f"{literal} is not JSON")


@cache
def _decoder() -> JSONDecoder:
    from json import JSONDecoder  # here: who only writes needs none

    return JSONDecoder(
        object_pairs_hook=_members, parse_float=_double, parse_int=_integer, parse_constant=_constant
    )
