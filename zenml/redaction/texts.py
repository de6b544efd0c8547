"""The ways in which a text may stand in values and in files."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from zenml.domain.errors import InvalidValueError

SHORTEST = 4
"""Characters. A shorter text would be found in nearly everything."""

STARS = "***"
_AROUND = 20  # characters of what surrounds a text in an excerpt
_LONGEST = 60  # characters of an excerpt
_DEEP = 2  # writings within writings: a command line with JSON in it, in a value
_ESCAPE = re.compile("%[0-9A-F]{2}")


def _as_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _as_plain_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _in_shell_quotes(text: str) -> str:
    return text.replace("'", "'\"'\"'")


def _in_yaml_quotes(text: str) -> str:
    return text.replace("'", "''")


def _percent(safe: str, encode: Callable[[str, str], str]) -> Callable[[str], str]:
    def encoded(text: str) -> str:
        try:
            return encode(text, safe)
        except UnicodeEncodeError:  # half of a surrogate pair is in no URL
            return text

    return encoded


def _lower(text: str) -> str:
    return _ESCAPE.sub(lambda found: found[0].lower(), text)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


_WRITINGS: tuple[Callable[[str], str], ...] = (
    _nfc,
    _nfd,
    _as_json,
    _as_plain_json,
    _in_shell_quotes,
    _in_yaml_quotes,
    _percent("", quote),
    _percent("/", quote),
    _percent("/:@?&=+$,;!*'()~", quote),
    _percent("", quote_plus),
    _lower,
)


def _written(texts: Iterable[str], writings: Iterable[Callable[[str], str]], depth: int) -> set[str]:
    known = set(texts)
    new = known
    for _ in range(depth):
        new = {writing(text) for text in new for writing in writings} - known
        known |= new
    return known


def is_long_enough(text: str) -> bool:
    """Tells whether a text can be looked for; blanks around it do not count."""
    return len(text.strip()) >= SHORTEST


class WantedText:
    """A text that must go, however it is written. It is never printed: neither is its representation.

    Args:
        text: The text.

    Attributes:
        text: The text.

    Raises:
        InvalidValueError: It is too short.
    """

    def __init__(self, text: str) -> None:
        if not is_long_enough(text):
            raise InvalidValueError(
                f"The value has fewer than {SHORTEST} characters and would be found in nearly everything.",
                code="value_too_short",
            )
        self.text = text

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self.text)} characters>"

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """What it may look like within a value, the longest first."""
        return tuple(sorted(_written([self.text], _WRITINGS, _DEEP), key=len, reverse=True))

    @cached_property
    def in_files(self) -> tuple[bytes, ...]:
        """What it may look like within a file, where values are written as JSON once more, or twice."""
        texts = _written(self.forms, (_as_json, _as_plain_json), 2)
        return tuple(sorted((text.encode(errors="surrogatepass") for text in texts), key=len, reverse=True))

    def is_in(self, text: str) -> bool:
        """Tells whether some text has it in it."""
        if any(form in text for form in self.forms):
            return True
        return "%" in text and any(form in read(text) for read in (unquote, unquote_plus) for form in self.forms)

    def why(self, json_text: str) -> str:
        """Returns why a value has to go: it is ``equal``, or ``contains`` it; empty if it may stay.

        Args:
            json_text: The value as JSON text.
        """
        is_in = self.is_in(json_text)
        if not is_in and "\\" not in json_text:
            return ""  # nothing in it is escaped
        value = _value(json_text)
        if not is_in and not any(map(self.is_in, _texts(value))):
            return ""
        return "equal" if self._is(value, json_text) else "contains"

    def _is(self, value: Any, json_text: str) -> bool:
        return json_text == self.text or (isinstance(value, str) and _nfc(value) == _nfc(self.text))

    def starred(self, text: str) -> str:
        """Returns a text with stars in its place; stars alone where it is there in another way."""
        for form in self.forms:
            text = text.replace(form, STARS)
        return STARS if self.is_in(text) else text

    def excerpt(self, json_text: str) -> str:
        """Returns what surrounds it in a value, with stars in its place."""
        value = _value(json_text)
        shown = value if isinstance(value, str) else json_text
        for form in self.forms:
            shown = shown.replace(form, "\0")
        if "\0" not in shown or self.is_in(shown.replace("\0", " ")):
            return STARS  # it is there in a way in which it cannot be starred out
        before, _, after = shown.partition("\0")
        before = before if len(before) <= _AROUND else f"…{before[-_AROUND:]}"
        left = _LONGEST - len(before) - len(STARS)
        after = after.replace("\0", STARS)
        return before + STARS + (after if len(after) <= left else f"{after[: left - 1]}…")


def starred(text: str, texts: Iterable[WantedText]) -> str:
    """Returns a text with stars in the place of each of some others."""
    for wanted in texts:
        text = wanted.starred(text)
    return text


def _value(json_text: str) -> Any:
    try:
        return json.loads(json_text)
    except (ValueError, RecursionError):
        return None


def _texts(value: Any) -> Iterable[str]:
    """Yields every text within a JSON value, the names of members too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
