"""What is known to be a secret is not recorded of a run: stars stand in its place.

Known are the secrets of the stack, what this project's table calls a secret wherever it stands, the keys in the
environment, and what somebody named. The own ways of other programs (``-pPASSWORD``) cannot all be known.
"""

from __future__ import annotations

import os
import re

from zenml.domain.secret_places import STARS, Starring
from zenml.files.inherited import is_key
from zenml.ledger.secrets.command_lines import starred_words, typed_secrets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

_ESCAPE = re.compile("%[0-9A-F]{2}")
_SHORT = 4  # characters: shorter secrets are looked for as whole values alone, or all would be stars


class Mask:
    """Knows the secrets of a run and replaces them by stars.

    Args:
        secrets: Values of the stack's secrets, texts or any JSON; texts at any depth are looked for.
        redacted: Texts that somebody named.
    """

    def __init__(self, secrets: Iterable[Any] = (), redacted: Iterable[str] = ()) -> None:
        keys = (value for name, value in os.environ.items() if is_key(name))
        known = {text for value in (*secrets, *redacted, *keys) for text in _texts(value) if text.strip()}
        # longest first: a secret may be the beginning of another one
        self._known = sorted({form for text in known for form in _forms(text)}, key=len, reverse=True)

    def words(self, words: Sequence[str]) -> tuple[str, ...]:
        """Returns the words of a command without secrets."""
        inner = [part for word in words if " " in word for part in typed_secrets(word.split(), frozenset())]
        return tuple(starred_words([self._starred(word) for word in words], (), inner))

    def text(self, text: str) -> str:
        """Returns a text without secrets."""
        return Starring(whole=True).text(self._starred(text))

    def value(self, value: Any, name: str = "") -> Any:
        """Returns a JSON value without secrets; all of it is one if its name says so."""
        starred = self._each(value)
        return Starring(whole=True).value({name: starred})[name]

    def _each(self, value: Any) -> Any:
        match value:
            case str():
                return self._starred(value)
            case dict():
                return {self._starred(str(key)): self._each(inner) for key, inner in value.items()}
            case list() | tuple():
                return [self._each(inner) for inner in value]
            case int() | float() if not isinstance(value, bool) and str(value) in self._known:
                return STARS
            case _:
                return value

    def _starred(self, text: str) -> str:
        for known in self._known:
            if len(known) >= _SHORT:
                text = text.replace(known, STARS)
            elif text == known:
                text = STARS
            elif text.endswith(f"={known}"):
                text = text.removesuffix(known) + STARS
        return text


def is_masked(words: Iterable[str]) -> bool:
    """Tells whether something in the words of a command may stand for a secret."""
    return any(STARS in word for word in words)


def _texts(value: Any) -> Iterator[str]:
    """Yields the texts and the numbers in a JSON value."""
    match value:
        case str():
            yield value
            yield from (line for line in value.splitlines() if len(line) > _SHORT) if "\n" in value else ()
        case dict():
            for inner in value.values():
                yield from _texts(inner)
        case list() | tuple():
            for inner in value:
                yield from _texts(inner)
        case bool() | None:
            return
        case _:
            yield str(value)


def _forms(text: str) -> set[str]:
    """Returns how a text may be written in a word: as it is, in JSON, and in a URL."""
    import json
    from urllib.parse import quote, quote_plus

    whole = {text, text.strip(), json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}
    try:
        quoted = {quote(text, ""), quote(text), quote_plus(text)}
    except UnicodeEncodeError:  # half of a surrogate pair is in no URL
        return whole
    return whole | quoted | {_ESCAPE.sub(lambda found: found[0].lower(), form) for form in quoted}
