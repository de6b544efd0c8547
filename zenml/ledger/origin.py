"""Who does it, where from, and with which words: what every change says of itself."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Literal, NamedTuple

import zenml
from zenml.domain.secrecy import STARS, hidden_in, means_secret, without_passwords
from zenml.ledger import sessions
from zenml.ledger.identity import chosen_name

_PAIR = "secret"  # of --secret NAME=VALUE
_SHORT = 4  # characters: shorter secrets are not searched for inside words, only as whole values


class Origin(NamedTuple):
    """What is known about the one who asks.

    Attributes:
        actor: The name that was chosen, or that of the operating system's user.
        actor_kind: A person, or an automation (a CI system says so by setting ``CI``).
        known_by: How the name is known.
        host: The machine's name.
        session: What distinguishes one terminal, or one job, from another; see `zenml.ledger.sessions`.
        command: The words of the command line; None for a call from Python.
        repository_path: The repository it happens in.
        reason: Why, as far as somebody gave a reason.
        client_version: The version of this program.
        system_user: The operating system's user, where another name was chosen; None elsewhere.
        token: The name by which a service knows whoever asks; None if none is asked.
    """

    actor: str
    actor_kind: Literal["person", "automation", "external"]
    known_by: Literal["operating system user", "token", "file", "chosen"]
    host: str
    session: str
    command: tuple[str, ...] | None
    repository_path: str | None
    reason: str | None
    client_version: str
    system_user: str | None = None
    token: str | None = None


def origin(command: Sequence[str] | None, repository_path: str | None, reason: str | None) -> Origin:
    """Returns the origin of what this process does.

    Raises:
        InvalidValueError: The name that was chosen for whoever asks cannot be one.
        NotAllowedError: The name that was chosen cannot be read.
    """
    user, chosen = _unicode(_user()), chosen_name()
    return Origin(
        actor=chosen.name if chosen else user,
        actor_kind="automation" if os.environ.get("CI", "").lower() in {"1", "true", "yes"} else "person",
        known_by="chosen" if chosen else "operating system user",
        host=_unicode(sessions.host()),
        session=_unicode(sessions.session()),
        command=tuple(map(_unicode, command)) if command is not None else None,
        repository_path=_unicode(repository_path) if repository_path is not None else None,
        reason=_unicode(reason or os.environ.get("ZENML_REASON") or "") or None,
        client_version=zenml.__version__,
        system_user=user if chosen else None,
    )


def _unicode(text: str) -> str:
    """Returns a text that can be stored: what the system gave as bytes that are no UTF-8 is escaped."""
    return text.encode(errors="backslashreplace").decode()


def command_line(words: Iterable[str], secret_names: Iterable[str], plaintexts: Iterable[str]) -> str:
    """Returns a command line as one text with everything secret starred out.

    Args:
        words: The words after the program's name.
        secret_names: Names of parameters that some flavor calls secret, besides those that mean one.
        plaintexts: Values that were sealed as secrets in this very change.
    """
    words, names = list(words), {name.replace("-", "_") for name in secret_names}
    # longest first: a secret may be the beginning of another one
    hidden = sorted({*filter(None, plaintexts), *filter(None, typed_secrets(words, names))}, key=len, reverse=True)
    shown, before = ["zenml"], ""
    for word in words:
        option, equals, value = split_option(word)
        if option and equals:
            shown.append(f"{word.partition('=')[0]}={_shown(option, value, names, hidden)}")
        else:
            shown.append(_shown("" if option else before, word, names, hidden))
        before = "" if equals else option
    return shlex.join(shown)


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
    return option in names or means_secret(option)


def _kept_name(text: str) -> str:
    """Returns ``name=***`` for ``name=value``, else stars alone: base64 ends with ``=`` too."""
    name, _, value = text.partition("=")
    return f"{name}={STARS}" if value.strip("=") else STARS


def _user() -> str:
    """Returns the user by the process's id where the system knows it: variables can say anything."""
    if sys.platform != "win32":
        import pwd

        try:
            return pwd.getpwuid(os.getuid()).pw_name
        except KeyError:
            return f"uid {os.getuid()}"
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # which of them depends on the version of Python
        return "unknown user"
