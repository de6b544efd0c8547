"""The file ``.zen/config.yaml``: what a repository chose, for people to read, edit, clone and delete.

A change that also writes this file puts the new text beside it before the ledger is committed and moves
it into place afterwards. If the program dies in between, the text that waits carries the change's id:
the next command finds that change in the ledger and finishes the move, or does not find it and leaves
things as they are. A file that was edited by hand is therefore never taken for an unfinished write.
"""

from __future__ import annotations

import contextlib
import os
import time

from zenml.domain.errors import NotAllowedError
from zenml.places import REPOSITORY_FOLDER as FOLDER
from zenml.repository.plain_yaml import dump, is_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_FILE = "config.yaml"
_WAITING = ".config.yaml."
_PROFILE, _STACK = "active_profile_name", "active_stack_name"
LEGACY_KEYS = ("stacks", "stack_components")
"""What the file holds in a repository of before ZenML 0.7, and in no other."""
_ABANDONED = 3600  # seconds: no writer waits that long between its two steps


class ZenFile:
    """What a repository's file says.

    Attributes:
        profile_name: The profile it names; None if it names none.
        stack_name: The stack it names; None if it names none.
        problem: Why it could not be understood, in a few words; empty if it was.
        legacy: Whether it holds stacks itself, as before ZenML 0.7.
    """

    def __init__(
        self, profile_name: str | None, stack_name: str | None, problem: str = "", *, legacy: bool = False
    ) -> None:
        self.profile_name = profile_name
        self.stack_name = stack_name
        self.problem = problem
        self.legacy = legacy


def path(root: str) -> str:
    """Returns the path of a repository's file."""
    return os.path.join(root, FOLDER, _FILE)


def exists(root: str) -> bool:
    """Tells whether a folder has the file."""
    return os.path.exists(path(root))


def is_legacy(root: str) -> bool:
    """Tells whether a repository is of a version before 0.7."""
    try:
        with open(path(root), encoding="utf-8") as file:
            return _parse(file.read()).legacy
    except (OSError, UnicodeDecodeError):
        return False


def read(root: str, is_recorded: Callable[[str], bool]) -> ZenFile | None:
    """Returns what a repository's file says, after finishing a write that was interrupted.

    Args:
        root: The repository.
        is_recorded: Tells whether the ledger has a change with an id.

    Returns:
        None if there is no file.
    """
    waiting = finish(root, is_recorded)
    try:
        with open(waiting or path(root), encoding="utf-8") as file:
            return _parse(file.read())
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        return ZenFile(None, None, f"it cannot be read ({reason})")


def prepare(root: str, profile_name: str, stack_name: str | None, change_id: str) -> str:
    """Puts the new text beside the file, to be moved by `commit`; other keys are kept. Returns its path.

    Raises:
        NotAllowedError: The folder cannot be written.
    """
    content = {key: value for key, value in _kept(root).items() if key not in (*LEGACY_KEYS, "version")}
    content.update({_PROFILE: profile_name, _STACK: stack_name})
    draft = os.path.join(root, FOLDER, _WAITING + change_id)
    try:
        os.makedirs(os.path.dirname(draft), exist_ok=True)
        with open(draft, "w", encoding="utf-8") as file:
            file.write(dump(dict(sorted(content.items()))))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        discard(draft)
        raise NotAllowedError(
            f"The repository {root} cannot be written: {error.strerror}.",
            "Check the permissions of the folder.",
        ) from error
    return draft


def commit(draft: str) -> None:
    """Moves a prepared text into place."""
    os.replace(draft, os.path.join(os.path.dirname(draft), _FILE))


def discard(draft: str) -> None:
    """Removes a prepared text that is not wanted after all, and the folder if it was made for it."""
    with contextlib.suppress(OSError):
        os.unlink(draft)
    with contextlib.suppress(OSError):
        os.rmdir(os.path.dirname(draft))


def remove(root: str) -> None:
    """Makes a repository an ordinary folder again; what others put into ``.zen`` stays."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path(root))
    with contextlib.suppress(OSError):
        os.rmdir(os.path.join(root, FOLDER))


def _kept(root: str) -> dict[str, Any]:
    """Returns the present content; a file that is not understood is kept beside the new one."""
    try:
        with open(path(root), encoding="utf-8") as file:
            return _content(file.read())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):  # a file that is not UTF-8 is a ValueError too
        with contextlib.suppress(OSError):
            os.replace(path(root), path(root) + ".unreadable")
        return {}


def finish(root: str, is_recorded: Callable[[str], bool]) -> str | None:
    """Moves texts that wait for it; returns the path of one that cannot be moved but is in force."""
    folder = os.path.join(root, FOLDER)
    in_force = None
    try:
        names = sorted(name for name in os.listdir(folder) if name.startswith(_WAITING))
    except OSError:
        return None
    for name in names:  # ids are ordered by time, so the newest is moved last
        draft = os.path.join(folder, name)
        if is_recorded(name.removeprefix(_WAITING)):
            try:
                commit(draft)
            except FileNotFoundError:
                pass  # its writer, or another reader, moved it meanwhile
            except OSError:
                in_force = draft
        else:
            with contextlib.suppress(OSError):
                if time.time() - os.stat(draft).st_mtime > _ABANDONED:
                    os.unlink(draft)
    return in_force


def _parse(text: str) -> ZenFile:
    try:
        content = _content(text)
    except ValueError as error:
        return ZenFile(None, None, str(error))
    if _PROFILE not in content and all(isinstance(content.get(key), dict) for key in LEGACY_KEYS):
        return ZenFile(None, None, "it is of a version before 0.7, and was not brought over", legacy=True)
    if _PROFILE not in content and _STACK not in content:
        return ZenFile(None, None, "it names neither a profile nor a stack")
    return ZenFile(_name(content.get(_PROFILE)), _name(content.get(_STACK)))


def _name(value: object) -> str | None:
    """Returns a name as text: a profile called 123 may stand there without quotes."""
    return str(value) if value not in (None, "") else None


def _content(text: str) -> dict[str, Any]:
    """Returns the content of a file. Raises `ValueError` if it is not understood."""
    plain = _plain(text)
    return _loaded(text) if plain is None else plain


def _plain(text: str) -> dict[str, Any] | None:
    """Returns the content of a file of plain ``key: word`` lines; None for anything more.

    That is what the file nearly always is, and a YAML parser takes longer to import than to be needed.
    """
    content: dict[str, Any] = {}
    for line in text.removesuffix("\n").split("\n"):
        key, separator, value = line.partition(": ")
        if not (separator and is_word(key) and is_word(value)) or key in content:
            return None
        content[key] = value
    return content


def _loaded(text: str) -> dict[str, Any]:
    """Returns the content of a YAML mapping.

    Raises:
        ValueError: It is something else; the message says what, in a few words.
    """
    import yaml

    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise ValueError(f"it is not YAML{where}") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ValueError("it is not a mapping of keys to values")
    return {str(key): value for key, value in content.items()}
