"""What may be a name."""

from __future__ import annotations

import unicodedata

from zenml.domain.errors import InvalidValueError

MAX_LENGTH = 128
"""Characters. Long enough for any sensible name, short enough for one line of a terminal."""


def check_name(kind: str, name: str) -> None:
    """Checks that a profile, component, stack or flavor can have this name.

    Args:
        kind: What is being named, in words: ``stack``, ``artifact store``.
        name: The name as given.

    Raises:
        InvalidValueError: It is empty or longer than 128 characters, begins or ends with a blank,
            is made of dots alone, or has a control character or a path separator in it.
    """
    problem = _problem(name)
    if problem:
        shown = ascii(name[:40])[1:-1] if not name.isprintable() else name[:40]
        shown += "…" if len(name) > 40 else ""
        raise InvalidValueError(
            f"'{shown}' cannot be the name of {_article(kind)} {kind}: {problem}.",
            "Use 1 to 128 letters, digits, blanks or signs, without / and \\.",
        )


def _problem(name: str) -> str:
    if not name:
        return "it is empty"
    if len(name) > MAX_LENGTH:
        return f"it has {len(name)} characters, and {MAX_LENGTH} are allowed"
    if "/" in name or "\\" in name:
        return "it has a path separator in it"
    if any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in name):
        return "it has a control character in it"
    if name != name.strip():
        return "it begins or ends with a blank"
    if not name.strip("."):
        return "it is made of dots alone"
    return ""


def _article(word: str) -> str:
    return "an" if word[:1] in "aeiou" else "a"
