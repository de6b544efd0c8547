"""Splits the words of a plain line into options and other words. What is not plain is left to the parser."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FLAG, ONCE, MANY = "flag", "once", "many"
"""How an option is given: without a value, with one, or with one each time."""

_HELP = "--help"


def split(
    words: Sequence[str],
    options: Mapping[str, tuple[str, str]],
    *,
    takes_unknown: bool = False,
    options_first: bool = False,
) -> tuple[list[str], dict[str, list[str]]] | None:
    """Returns the words that are no options, and the values of the options by name; None if it is not plain.

    It is not plain where an option is not known, lacks its value, is given twice or joined with others, or where a
    value or a word is empty or looks like an option. What belongs to another program may be anything.

    Args:
        words: What follows the command.
        options: The name and the kind of the options, by spelling.
        takes_unknown: Whether long options that are not known are words like others.
        options_first: Whether no option follows the first other word.
    """
    rest: list[str] = []
    values: dict[str, list[str]] = {}
    remaining = iter(words)
    for word in remaining:
        if options_first and rest:
            rest.extend([word, *remaining])
            break
        if word == "--":
            rest.extend(remaining)
            break
        if not word.startswith("-") or word == "-":
            rest.append(word)
            continue
        spelled, equals, value = _parted(word, options)
        if spelled not in options:
            if takes_unknown and word.startswith("--") and spelled != _HELP:
                rest.append(word)
                continue
            return None
        name, kind = options[spelled]
        if kind == FLAG:
            value, is_plain = "", not equals
        else:
            value = value if equals else next(remaining, "")
            is_plain = value != "" and (value == "-" or not value.startswith("-"))
        if not is_plain or (name in values and kind != MANY):
            return None
        values.setdefault(name, []).append(value)
    return None if "" in rest and not options_first else (rest, values)


def _parted(word: str, options: Mapping[str, tuple[str, str]]) -> tuple[str, str, str]:
    """Returns an option, what is between it and its value, and the value, if they are one word."""
    spelled, equals, value = word.partition("=")
    is_short = len(spelled) == 2
    if spelled in options and not (is_short and equals):
        return spelled, equals, value
    if not word.startswith("--") and len(word) > 2 and options.get(word[:2], ("", FLAG))[1] != FLAG:
        return word[:2], "=", word[2:]
    return word, "", ""
