"""A note of every change that was refused or failed: a separate file beside the ledger, on a best effort.

Nothing is proved by it, and noting something never makes a command fail.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from zenml import paths
from zenml.documents.limits import NOTE
from zenml.documents.opening import UnreadableFileError, open_file
from zenml.domain.component_types import COMPONENT_TYPES
from zenml.domain.errors import INTERRUPTED, REFUSED, SIGNAL, ending
from zenml.domain.secrecy import STARS, without_secrets
from zenml.ledger.ids import utc_now
from zenml.ledger.meant import target_of
from zenml.ledger.origin import Origin
from zenml.ledger.secrets.command_lines import command_line, split_option, typed_secrets

VERSION = 1
"""Of the form of a line."""

LARGEST = 1 << 20
"""Bytes. A file that has grown beyond this becomes the old one, and the one before is forgotten."""

_LONGEST = 4000  # characters of a text in it: one line is one write, and people read it
_MODE = 0o600  # it names people and paths
_FEW = 8  # digits: a position; more of them may be a number of somebody
_PLAIN_WORD = re.compile(r"--?[a-z-]+|/(actor|command|reason|session|repository_path|path|old|new|url|host)")
_NOTED = "_noted_as_attempt"

_WITH_PARAMETERS = ("register", "update", "remove-attribute")
_REDACTS = ("audit", "redact")


def note(
    config_directory: str,
    who: Origin,
    error: BaseException,
    *,
    secret_names: Iterable[str] = (),
    plaintexts: Iterable[str] = (),
) -> None:
    """Notes that a change was not made; once for an error, however often it is called.

    It is not for dry runs, which leave every byte as it is. Where there is no configuration folder, where it
    cannot be written, or where anything else goes wrong, nothing is noted and nothing is reported.

    Args:
        config_directory: The configuration folder; it is not made.
        who: Who tried it, where from and with which words.
        error: Why it was not made.
        secret_names: Names of parameters that some flavor calls secret.
        plaintexts: Values that were sealed as secrets on the way; they are starred out wherever they stand.
    """
    try:
        exit_code, outcome = _ending(error)
        if exit_code == 0 or _is_noted(error):
            return
        setattr(error, _NOTED, True)
        names = frozenset(secret_names)
        hidden = {*plaintexts, *typed_secrets(who.command or (), names)}
        _append(paths.attempts_file(config_directory), _line(who, error, exit_code, outcome, names, hidden))
    except Exception:
        return


def _ending(error: BaseException) -> tuple[int, str]:
    """Returns the exit code and the outcome; the parser's errors and signals know their own exit code."""
    if type(error).__name__ == "Abort":  # the parser's, for a question that got no answer
        interrupted = isinstance(error.__context__, KeyboardInterrupt)
        return INTERRUPTED if interrupted else REFUSED, "interrupted"
    # the parser's, for a command line that is wrong; or of a signal
    code = getattr(error, "exit_code", None)
    if isinstance(code, int):
        return code, "interrupted" if code > SIGNAL else "refused"
    return ending(type(error))


def read(config_directory: str) -> Iterator[dict[str, Any] | None]:
    """Yields what was noted, oldest first; None for a line that is not a note."""
    path = paths.attempts_file(config_directory)
    files: list[BinaryIO] = []
    with contextlib.ExitStack() as stack:
        # the newer one first: if it becomes the old one meanwhile, it is found twice, and nothing is missed
        for name in (path, _old(path)):
            with contextlib.suppress(OSError, UnreadableFileError):
                file = stack.enter_context(open_file(name))
                if not any(os.path.sameopenfile(file.fileno(), other.fileno()) for other in files):
                    files.append(file)
        for lines in reversed(files):
            while line := lines.readline(NOTE):
                yield _note(line)


def _note(line: bytes) -> dict[str, Any] | None:
    with contextlib.suppress(ValueError, RecursionError):
        entry = json.loads(line.decode("utf-8", errors="replace"))
        if isinstance(entry, dict) and entry.get("version") == VERSION:
            return entry
    return None


def _is_noted(error: BaseException | None) -> bool:
    """Tells whether an error, or the one it was made of, was noted before."""
    while error is not None:
        if getattr(error, _NOTED, False):
            return True
        error = error.__cause__
    return False


def _line(
    who: Origin,
    error: BaseException,
    exit_code: int,
    outcome: str,
    secret_names: frozenset[str],
    plaintexts: set[str],
) -> bytes:
    words = _refused(who.command) if who.command is not None else None
    message = getattr(error, "message", None) or str(error)
    entry = {
        "version": VERSION,
        "time": utc_now(),
        "actor": who.actor,
        "actor_kind": who.actor_kind,
        "known_by": who.known_by,
        "host": who.host,
        "session": who.session,
        "command": None if words is None else _short(command_line(words, secret_names, plaintexts)),
        "repository": who.repository_path,
        "client_version": who.client_version,
        "reason": None if who.reason is None else _short(without_secrets(who.reason, plaintexts)),
        "outcome": outcome,
        "error": type(error).__name__,
        "message": _short(without_secrets(message, plaintexts)),
        "exit_code": exit_code,
    }
    if who.system_user is not None:
        entry["system_user"] = who.system_user
    if about := target_of(error):
        name = about.name and _short(without_secrets(about.name, plaintexts))
        entry |= {"action": about.action, "target": {"type": about.type, "name": name, "id": about.id}}
    # ASCII: no character of a name can drive a terminal that shows the file
    return json.dumps(entry).encode() + b"\n"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _refused(words: Sequence[str]) -> list[str]:
    """Returns the words of a refused command; of one that takes parameters only the names in it.

    A secret may be anywhere in such a command: under a misspelt name, or as a separate word. So no value is
    kept, whatever its option. What is to be redacted may have been typed in the place of where it is.
    """
    if tuple(words[:2]) == _REDACTS:
        return [*_REDACTS, *(word if _names_a_place(word) else STARS for word in words[2:])]
    if len(words) < 2 or words[0].replace("-", "_") not in COMPONENT_TYPES or words[1] not in _WITH_PARAMETERS:
        return list(words)
    kept, is_value, is_named = list(words[:2]), False, False
    for word in words[2:]:
        option, equals, _ = split_option(word)
        if option:
            kept.append(f"{word.partition('=')[0]}={STARS}" if equals else word)
        elif word.startswith("-"):
            kept.append(word if len(word) == 2 else STARS)
        else:
            kept.append(STARS if is_value or is_named else word)
            is_named = is_named or not is_value
        is_value = word.startswith("-") and not equals
    return kept


def _names_a_place(word: str) -> bool:
    """Tells whether a word is an option, a position with few digits, or a field, none of which says a value."""
    return (word.isdecimal() and len(word) < _FEW) or bool(_PLAIN_WORD.fullmatch(word))


def _append(path: str, line: bytes) -> None:
    """Appends a line with one write, so that lines of several processes never mix."""
    descriptor = _open(path)
    if os.fstat(descriptor).st_size > LARGEST:
        _set_aside(path, descriptor)
        descriptor = _open(path)
    try:
        if os.fstat(descriptor).st_size:
            os.lseek(descriptor, -1, os.SEEK_END)
            if os.read(descriptor, 1) != b"\n":
                line = b"\n" + line  # somebody could not finish the line before
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


def _open(path: str) -> int:
    """Opens the file for appending. Raises `OSError`, also if it is something else than a file."""
    # what is in its place may be something that makes one wait
    kinder = sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_BINARY"))
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | kinder, _MODE)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(f"{path} is not a file")
    return descriptor


def _set_aside(path: str, descriptor: int) -> None:
    """Makes the file the old one, unless another process did so just now, and closes it."""
    if sys.platform == "win32":
        os.close(descriptor)  # a file that is open cannot be renamed
        os.replace(path, _old(path))
        return
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.path.samestat(os.fstat(descriptor), os.stat(path)):
            os.replace(path, _old(path))
    finally:
        os.close(descriptor)


def _old(path: str) -> str:
    stem, ending = os.path.splitext(path)
    return f"{stem}.old{ending}"
