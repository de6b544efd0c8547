"""What may be a name."""

from __future__ import annotations

from zenml.domain.errors import InvalidValueError
from zenml.domain.visible import visible

MAX_LENGTH = 128
"""Characters. Long enough for any sensible name, short enough for one line of a terminal."""

_JOINERS = "\u200c\u200d"  # some scripts and emojis need them; elsewhere they are shown as escapes


def check_name(kind: str, name: str) -> None:
    """Checks that a profile, component, stack or flavor can have this name.

    Args:
        kind: What is being named, in words: ``stack``, ``artifact store``.
        name: The name as given.

    Raises:
        InvalidValueError: It is empty or longer than 128 characters, begins or ends with a blank, begins
            with a dash (it could not be typed), is made of dots alone, has a control character, a path
            separator or a character that is not seen in it, is not UTF-8, or is not in Unicode's composed
            form (what looks the same would be two names).
    """
    problem = _problem(name)
    if problem:
        shown = visible(name[:40]) + ("…" if len(name) > 40 else "")
        raise InvalidValueError(
            f"'{shown}' is not a valid {kind} name: {problem}.",
            "Use 1 to 128 letters, digits, spaces or signs, but not / or \\.",
        )


def _problem(name: str) -> str:
    import unicodedata  # here: many commands check no name

    if not name:
        return "it is empty"
    if len(name) > MAX_LENGTH:
        return f"it has {len(name)} characters; at most {MAX_LENGTH} are allowed"
    if "/" in name or "\\" in name:
        return "it contains a path separator"
    if any(unicodedata.category(character) == "Cs" for character in name):
        return "it is not UTF-8 text"
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in name):
        return "it contains a control character"
    if any(unicodedata.category(character) == "Cf" for character in name if character not in _JOINERS):
        return "it contains an invisible character"
    if not unicodedata.is_normalized("NFC", name):
        return "it is not in Unicode's composed form (NFC)"
    if name.startswith("-"):
        return "it begins with a dash, as options do"
    if name != name.strip():
        return "it begins or ends with a space"
    if not name.strip("."):
        return "it consists only of dots"
    return ""
