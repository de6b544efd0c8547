"""Command lines as changes and attempts say them: with stars for what is secret in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from zenml.domain.secrecy import STARS, hidden_in, means_secret, without_passwords

_PAIR = "secret"  # of --secret NAME=VALUE
_SHORT = 4  # characters: shorter secrets are not searched for inside words, only as whole values


def command_line(words: Iterable[str], secret_names: Iterable[str], plaintexts: Iterable[str]) -> str:
    """Returns a command line as one text with everything secret starred out.

    Args:
        words: The words after the program's name.
        secret_names: Names of parameters that some flavor calls secret, besides those that mean one.
        plaintexts: Values that were sealed as secrets in this very change.
    """
    import shlex  # not for those who look at words alone

    return shlex.join(["zenml", *starred_words(words, secret_names, plaintexts)])


def starred_words(words: Iterable[str], secret_names: Iterable[str], plaintexts: Iterable[str]) -> list[str]:
    """Returns the words of a command line with everything secret starred out; takes what `command_line` does."""
    words, names = list(words), {name.replace("-", "_") for name in secret_names}
    # longest first: a secret may be the beginning of another one
    hidden = sorted({*filter(None, plaintexts), *filter(None, typed_secrets(words, names))}, key=len, reverse=True)
    shown, before = list[str](), ""
    for word in words:
        option, equals, value = split_option(word)
        if option and equals:
            shown.append(f"{word.partition('=')[0]}={_shown(option, value, names, hidden)}")
        else:
            shown.append(_shown("" if option else before, word, names, hidden))
        before = "" if equals else option
    return shown


def split_option(word: str) -> tuple[str, str, str]:
    """Returns an option's name with underscores, ``=`` and its value; only the word if it is not an option."""
    if not word.startswith("--"):
        return "", "", word
    option, equals, value = word.removeprefix("--").partition("=")
    return option.replace("-", "_"), equals, value


def _shown(option: str, value: str, names: set[str], hidden: list[str]) -> str:
    """Returns the value of an option, or a word without one, as it may be shown."""
    if option == _PAIR:
        return STARS if value in hidden else _kept_name(value)
    if _is_secret(option, names):
        return STARS
    return without_passwords(_starred(value, hidden), whole=True)


def _starred(word: str, hidden: list[str]) -> str:
    """Returns a word without secrets, wherever in it they stand; short ones only where they are all of it."""
    for text in hidden:
        if len(text) >= _SHORT:
            word = word.replace(text, STARS)
        elif word == text:
            word = STARS
        elif word.endswith(f"={text}"):
            word = word.removesuffix(text) + STARS
    return word


def typed_secrets(words: Iterable[str], secret_names: Set[str]) -> Iterator[str]:
    """Yields the secrets of a command line: an error may repeat what was typed before it was known for one."""
    names, before = {name.replace("-", "_") for name in secret_names}, ""
    for word in words:
        option, equals, value = split_option(word)
        name = option or before
        if name == _PAIR and (equals or not option):
            pair = value.partition("=")[2]
            yield pair if pair.strip("=") else value
        elif (equals or not option) and _is_secret(name, names):
            yield value
        yield from hidden_in(value)
        before = "" if equals else option


def _is_secret(option: str, names: Set[str]) -> bool:
    return option != "" and (option in names or means_secret(option))


def _kept_name(text: str) -> str:
    """Returns ``name=***`` for ``name=value``, else stars alone: base64 ends with ``=`` too."""
    name, _, value = text.partition("=")
    return f"{name}={STARS}" if value.strip("=") else STARS
