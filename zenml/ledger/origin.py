"""Who does it, and where from: what every change says of itself. Imports little: histories are read by it too."""

from __future__ import annotations

import os
import sys
from collections import namedtuple

import zenml
from zenml.ledger import sessions
from zenml.ledger.identity import chosen_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal


class Origin(
    namedtuple(
        "Origin",
        "actor actor_kind known_by host session command repository_path reason client_version system_user token",
        defaults=(None, None),
    )
):
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
        token: The name by which a service that keeps the profile knows them; None where none does.
    """

    __slots__ = ()
    actor: str
    actor_kind: Literal["person", "automation", "external"]
    known_by: Literal["operating system user", "token", "file", "chosen"]
    host: str
    session: str
    command: tuple[str, ...] | None
    repository_path: str | None
    reason: str | None
    client_version: str
    system_user: str | None
    token: str | None


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
