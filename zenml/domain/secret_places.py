"""Secrets in names and in plain text: the table of names, and the places in a text where secrets stand."""

from __future__ import annotations

from zenml.domain.token_texts import forms_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

STARS: Final = "***"

_MEANINGS = """
    password passwd pwd passphrase secret token credential credentials authorization cookie apikey accesskey
    secretkey privatekey accountkey signingkey clientsecret connectionstring
"""
"""The last words of names of secrets, written together. Plurals count or list something: ``max_tokens``."""

_TABLE = frozenset(_MEANINGS.split())
_ENDINGS = tuple(_TABLE)
_RUN_TOGETHER = ("password", "passwd", "passphrase", "apikey", "accesskey", "secretkey", "privatekey")
"""What no other word ends with, so that ``PGPASSWORD`` and ``dbpassword`` are known too."""

_WORD = r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+"
_TRIVIAL = frozenset({"true", "false", "none", "null", STARS})  # never looked for elsewhere
_SIGNATURES = frozenset({"sig", "signature"})  # of URLs that open a door by themselves

# The patterns below are compiled where a text has the signs that they need: most have none.

# Up to the last @, since a password typed into a URL is often not percent-encoded: one that holds
# @ or / must not show in part. Hiding too much of an odd URL is the lesser fault.
_USER_OF_URL, _AT = r"://[^/?#\s:@]*:", "@"
_UNQUOTED = r"[^\s'\"]+"
# A token as the user of a web address; git hosts take it with an empty password, or with this one.
_USER_IN_URL = r"(?i)(?P<kept>https?://)(?P<secret>[^/?#\s:'\"]+)(?::(?:x-oauth-basic)?)?@"
_USER = (
    r"(?i)(?:(?<![^\s'\"=])|(?<=[/:@])[^\s/:@'\"=,;(\[{]*[,;(\[{])"
    r"(?!mailto:|sip:|sips:|xmpp:|acct:)[^\s/:@'\"=]+:(?=[^\s/\\'\"])"
)
"""The user of an address without a scheme. It begins where a word does, so that each letter is looked at once."""
_BEFORE_A_HOST = r"(?i)@(?=\[[0-9A-Fa-f:]+\]|\w)(?!(?:sha\d+|md5|blake\w+):|[\w.+]+:[0-9a-f]{32,})"
_WITHOUT_SLASH = r"/?[^\s/'\"]+"
_NAME = r"(?<![\w.-])[\w.-]*\w(?=[ \t]*=)"
_QUOTED_NAME = r"(?P<quote>[\"'])(?P<name>[\w. -]+)(?P=quote)\s*(?=:)"
_HEADER = r"(?<![\w.-])(?P<name>[A-Za-z][\w.-]*)(?=:[ \t]+\S)"
_ASSIGNED = r"[ \t]*=[ \t]*(?:(\{\{[^}]*\}\})|\{([^}]*)(?:\}|\Z)|\"([^\"]*)\"|'([^']*)'|([^&;\s'\"]*))"
_QUOTED = r":\s*(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)')"
_REST_OF_LINE = r":[ \t]+(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^\r\n'\"]+))"


def is_secret_reference(value: object) -> bool:
    """Returns whether a value names a secret, ``{{name.key}}``, and so is none itself."""
    if not (isinstance(value, str) and value.startswith("{{") and value.endswith("}}")):
        return False
    named = value[2:-2].split()
    return len(named) == 1 and "." in named[0][1:-1]


def words(name: str) -> list[str]:
    """Returns the words of a name in small letters; ``awsAccessKey`` and ``AWS_ACCESS_KEY`` have three."""
    if not name.isascii():
        from unicodedata import normalize  # here: few names need it

        name = normalize("NFKC", name)
    import re

    return [word.lower() for word in re.findall(_WORD, name)]


def means_secret(name: object) -> bool:
    """Tells whether the last words of a name say that its value is a secret; numbers at the end do not count."""
    if not isinstance(name, str) or not _may_mean_secret(name):
        return False
    last = words(name)
    while last and last[-1].isdigit():
        last.pop()
    joined = ["".join(last[-count:]) for count in (1, 2)]
    return bool(last) and (any(one in _TABLE for one in joined) or last[-1].endswith(_RUN_TOGETHER))


def _may_mean_secret(name: str) -> bool:
    """Tells of most names, without looking for their words, that the last ones do not say so."""
    return not name.isascii() or "".join(filter(str.isalpha, name)).lower().endswith(_ENDINGS)


class Starring:
    """Replaces the secrets of texts by stars.

    Attributes:
        hidden: What was replaced so far.
    """

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole  # whether texts are values, and not prose
        self.hidden: set[str] = set()

    def star(self, secret: str) -> str:
        """Returns stars for a secret, unless there is nothing to hide."""
        if not secret or is_secret_reference(secret):
            return secret
        if secret.lower() not in _TRIVIAL:
            self.hidden.add(secret)
        return STARS

    def value(self, value: Any, *, secret: bool = False) -> Any:
        """Returns a JSON value without the secrets in it; ``secret`` if what holds it has the name of one."""
        match value:
            case str():
                return self.star(value) if secret else self.text(value)
            case dict():
                named = secret or any(means_secret(value.get(key)) for key in ("name", "key"))
                return {
                    key: self.value(inner, secret=means_secret(key) or (named and key == "value"))
                    for key, inner in value.items()
                }
            case list() | tuple():
                return [self.value(inner, secret=secret) for inner in value]
            case _:
                return value

    def text(self, text: str) -> str:
        """Returns a text without the secrets in it."""
        structured = self._structured(text)
        if structured is not None:
            return structured
        tokens = forms_in(text)
        if tokens is not None:
            import re

            text = re.sub(tokens, lambda match: self.star(match[0]), text)
        if ":" in text.rpartition("@")[0]:
            text = self._without_users(text)
        if "=" in text:
            text = self._named(_NAME, _ASSIGNED, text)
        if ":" in text and ("'" in text or '"' in text):
            text = self._named(_QUOTED_NAME, _QUOTED, text)
        if self._whole and (": " in text or ":\t" in text):
            text = self._named(_HEADER, _REST_OF_LINE, text)
        return text

    def _without_users(self, text: str) -> str:
        """Returns a text without the tokens and passwords that stand in addresses, before an @."""
        import re

        text = re.sub(_USER_IN_URL, lambda match: f"{match['kept']}{self.star(match['secret'])}@", text)
        if self._whole:
            text = self._up_to_the_last(_USER_OF_URL, _AT, text)
        else:
            text = re.sub(_UNQUOTED, lambda run: self._up_to_the_last(_USER_OF_URL, _AT, run[0]), text)
        return re.sub(_WITHOUT_SLASH, lambda run: self._up_to_the_last(_USER, _BEFORE_A_HOST, run[0]), text)

    def _structured(self, text: str) -> str | None:
        """Returns JSON text without the secrets in it; None for any other text, and for JSON without secrets."""
        if not self._whole or not text.lstrip().startswith(("{", "[")):
            return None
        import json

        try:
            value = json.loads(text)
            shown: Any = self.value(value)
        except (ValueError, RecursionError):
            return None
        return None if shown == value else json.dumps(shown, ensure_ascii=False)

    def _up_to_the_last(self, opening: str, end: str, text: str) -> str:
        """Returns a text without what is between the first opening and the last end behind it.

        One pattern for both would look for the end from each opening, which takes minutes where there are
        thousands of them and no end.
        """
        import re
        from collections import deque

        last = next(iter(deque(re.finditer(end, text), maxlen=1)), None)
        first = re.compile(opening).search(text, 0, last.start()) if last is not None else None
        if first is None or last is None:
            return text
        return f"{text[: first.end()]}{self.star(text[first.end() : last.start()])}{text[last.start() :]}"

    def _named(self, names: str, values: str, text: str) -> str:
        """Returns a text without the values that stand behind names of secrets."""
        import re

        shown, done = [], 0
        for match in re.finditer(names, text):
            name = match.groupdict().get("name") or match[0]
            value = re.compile(values).match(text, match.end()) if match.start() >= done and _opens(name) else None
            if value is None or value.lastindex is None or not value[value.lastindex]:
                continue
            start, end = value.span(value.lastindex)
            shown += [text[done:start], self.star(value[value.lastindex])]
            done = end
        return "".join([*shown, text[done:]])


def _opens(name: str) -> bool:
    return means_secret(name) or words(name)[-1:] in ([one] for one in _SIGNATURES)
