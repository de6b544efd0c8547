"""What is known to be a secret is not recorded of a run: stars stand in its place.

Known are the secrets of the stack, what this project's table calls a secret wherever it stands, the variables of
the environment that are named like one, and what somebody named. The own ways of other programs (``-pPASSWORD``)
cannot all be known.
"""

from __future__ import annotations

import os

from zenml.domain.secret_places import STARS, Starring, means_secret
from zenml.files.inherited import is_key
from zenml.ledger.secrets.command_lines import starred_words, typed_secrets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

_ESCAPE = "%[0-9A-F]{2}"
_SHORT = 4  # characters: shorter secrets are looked for as whole values alone, or all would be stars


_SHORT_VARIABLE = 6  # likewise, of variables that nobody said to be a secret
_FOLDERS = ("PWD", "OLDPWD")  # of a shell, which has them in all that it starts
_TRIVIAL = frozenset({"true", "false", "enabled", "disabled", "default"})

_USER_OPTIONS = {
    "curl": ("-u", "--user", "-U", "--proxy-user"),
    **dict.fromkeys(("http", "https", "xh", "xhs"), ("-a", "--auth")),
}
"""Options that take ``USER:PASSWORD``, by program: elsewhere the same letters are something else."""


class Mask:
    """Knows the secrets of a run and replaces them by stars.

    Args:
        secrets: Values of the stack's secrets, texts or any JSON; texts at any depth are looked for.
        redacted: Texts that somebody named.
    """

    def __init__(self, secrets: Iterable[Any] = (), redacted: Iterable[str] = ()) -> None:
        keys = (value for name, value in os.environ.items() if is_key(name) or _is_secret(name, value))
        known = {text for value in (*secrets, *redacted, *keys) for text in _texts(value) if text.strip()}
        # longest first: a secret may be the beginning of another one
        self._known = sorted({form for text in known for form in _forms(text)}, key=len, reverse=True)

    def words(self, words: Sequence[str]) -> tuple[str, ...]:
        """Returns the words of a command without secrets."""
        scripts = [parts for word in words if len(parts := word.replace("\\\n", " ").split()) > 1]
        inner = [secret for script in (words, *scripts) for secret in _of_programs(script)]
        inner += [secret for script in scripts for secret in _typed(script)]
        return tuple(starred_words([self._starred(word) for word in words], (), inner))

    def text(self, text: str) -> str:
        """Returns a text without secrets; in it may be a piece of a command line."""
        shown, words = self._starred(text), text.split()
        for secret in sorted({*_typed(words), *_of_programs(words)}, key=len, reverse=True):
            shown = shown.replace(secret, STARS) if len(secret) >= _SHORT else _without_word(shown, secret)
        return Starring(whole=True).text(shown)

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


def _is_secret(variable: str, value: str) -> bool:
    """Tells whether a variable is named like a secret, and may be one: where something is, is none."""
    if len(value) < _SHORT_VARIABLE or variable in _FOLDERS or not means_secret(variable):
        return False
    return value.lower() not in _TRIVIAL and not (os.path.isabs(value) and os.path.lexists(value))


def _typed(words: Sequence[str]) -> list[str]:
    """Returns the secrets behind options in a piece of a command line, without the quotes around them."""
    return [found for found in (part.strip("'\"") for part in typed_secrets(words, frozenset())) if found]


def _of_programs(words: Sequence[str]) -> Iterator[str]:
    """Yields the passwords that are handed to programs as ``USER:PASSWORD``, as each of them takes that."""
    options, before = tuple[str, ...](), ""
    for word in (word.strip("'\"") for word in words):
        options = _USER_OPTIONS.get(os.path.basename(word), options)
        name, equals, value = word.partition("=")
        given = word if before in options else value if equals and name in options else ""
        short = [word[2:] for option in options if len(option) == 2 and word.startswith(option)]
        for text in (given, *short):
            password = text.partition(":")[2]
            if password:
                yield password
        before = word


def _without_word(text: str, word: str) -> str:
    import re

    return re.sub(rf"(?<!\S){re.escape(word)}(?!\S)", STARS, text)


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
    import re
    from urllib.parse import quote, quote_plus

    whole = {text, text.strip(), json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}
    try:
        quoted = {quote(text, ""), quote(text), quote_plus(text)}
    except UnicodeEncodeError:  # half of a surrogate pair is in no URL
        return whole
    return whole | quoted | {re.sub(_ESCAPE, lambda found: found[0].lower(), form) for form in quoted}
