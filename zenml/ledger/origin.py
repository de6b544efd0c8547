"""Who does it, where from, and with which words: what every change says of itself."""

from __future__ import annotations

import getpass
import os
import shlex
import socket
import sys
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

import zenml
from zenml.domain.secrecy import STARS, without_passwords

_SHORT = 4  # characters: shorter secrets are not searched for inside words, only as whole values


class Origin(NamedTuple):
    """What is known about the one who asks.

    Attributes:
        actor: The name of the operating system's user.
        actor_kind: A person, or an automation (a CI system says so by setting ``CI``).
        known_by: How the name is known.
        host: The machine's name.
        session: What tells one terminal, or one job, from another.
        command: The words of the command line; None for a call from Python.
        repository_path: The repository it happens in.
        reason: Why, as far as somebody said.
        client_version: The version of this program.
    """

    actor: str
    actor_kind: Literal["person", "automation", "external"]
    known_by: Literal["operating system user", "token", "file"]
    host: str
    session: str
    command: tuple[str, ...] | None
    repository_path: str | None
    reason: str | None
    client_version: str


def origin(command: Sequence[str] | None, repository_path: str | None, reason: str | None) -> Origin:
    """Returns the origin of what this process does."""
    return Origin(
        actor=_user(),
        actor_kind="automation" if os.environ.get("CI", "").lower() in {"1", "true", "yes"} else "person",
        known_by="operating system user",
        host=socket.gethostname(),
        session=session(),
        command=tuple(command) if command is not None else None,
        repository_path=repository_path,
        reason=reason or os.environ.get("ZENML_REASON") or None,
        client_version=zenml.__version__,
    )


def session() -> str:
    """Returns `ZENML_SESSION`, else the session leader's id and start time: one terminal, one session."""
    chosen = os.environ.get("ZENML_SESSION")
    if chosen:
        return chosen
    if sys.platform == "win32":
        return f"process {os.getppid()}"
    leader = os.getsid(0)
    try:
        with open(f"/proc/{leader}/stat", encoding="ascii", errors="replace") as file:
            # proc(5): the 22nd field; the second one is in brackets and may contain blanks
            started = file.read().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        started = ""
    return f"{leader} {started}".strip()


def command_line(words: Iterable[str], secret_names: Iterable[str], plaintexts: Iterable[str]) -> str:
    """Returns a command line as one text with everything secret starred out.

    Args:
        words: The words after the program's name.
        secret_names: Names of parameters that some flavor calls secret.
        plaintexts: Values that were sealed as secrets in this very change.
    """
    hidden, names = set(plaintexts), {name.replace("-", "_") for name in secret_names}
    shown, hide_next = ["zenml"], False
    for word in words:
        name, equals, value = word.lstrip("-").partition("=")
        is_option = word.startswith("--")
        if hide_next and not is_option:
            word = _kept_name(word)
        elif is_option and equals and (name.replace("-", "_") in names or name == "secret"):
            word = f"--{name}={_kept_name(value) if name == 'secret' else STARS}"
        hide_next = is_option and not equals and (name.replace("-", "_") in names or name == "secret")
        if word in hidden:
            word = STARS
        for text in hidden:
            if len(text) >= _SHORT or word.endswith(f"={text}"):
                word = word.replace(text, STARS)
        shown.append(without_passwords(word))
    return shlex.join(shown)


def _kept_name(text: str) -> str:
    """Returns ``name=***`` for ``name=value``, stars alone for anything else."""
    name, equals, _ = text.partition("=")
    return f"{name}={STARS}" if equals else STARS


def _user() -> str:
    """Returns the user by the process's id where the system knows it: variables can say anything."""
    if sys.platform != "win32":
        import pwd

        try:
            return pwd.getpwuid(os.getuid()).pw_name
        except KeyError:
            return f"uid {os.getuid()}"
    return getpass.getuser()
