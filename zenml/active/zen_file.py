"""The file ``.zen/config.yaml``: what a repository chose, for people to read, edit, clone and delete.

A change that also writes this file puts the new text beside it before the ledger is committed and moves
it into place afterwards. If the program dies in between, the text that waits carries the change's id:
the next command finds that change in the ledger and finishes the move, or does not find it and leaves
things as they are. A file that was edited by hand is therefore never taken for an unfinished write.
"""

from __future__ import annotations

import contextlib
import os
from functools import lru_cache

from zenml.documents.limits import REPOSITORY_FILE, REPOSITORY_NODES
from zenml.documents.opening import UnreadableFileError, read_text
from zenml.domain.errors import NotAllowedError
from zenml.files.plain_yaml import dump, is_word
from zenml.paths import REPOSITORY_FOLDER as FOLDER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_FILE = "config.yaml"
_WAITING = ".config.yaml."
_PROFILE, _STACK = "active_profile_name", "active_stack_name"
LEGACY_KEYS = ("stacks", "stack_components")
"""What the file holds in a repository of before ZenML 0.7, and in no other."""
OF_LATER_ZENML = "it is from ZenML 0.20 or later"
"""What is wrong with a file from which stacks have to be chosen again."""

_OF_LATER = ("active_stack_id", "active_workspace_id", "active_workspace_name", "active_project_id")
"""What the file names instead since ZenML 0.20: ids that are not known here. They are kept for that ZenML."""


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


def is_writable(root: str) -> bool:
    """Tells whether a folder's file can be replaced by another one."""
    return os.access(path(root), os.W_OK) and os.access(os.path.dirname(path(root)), os.W_OK | os.X_OK)


def is_legacy(root: str) -> bool:
    """Tells whether a repository is of a version before 0.7."""
    try:
        return _parse(read_text(path(root), REPOSITORY_FILE)).legacy
    except (FileNotFoundError, UnreadableFileError):
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
        return _parse(read_text(waiting or path(root), REPOSITORY_FILE))
    except FileNotFoundError:
        return None
    except UnreadableFileError as error:
        return ZenFile(None, None, f"it cannot be read ({error})")


def prepare(root: str, profile_name: str, stack_name: str | None, change_id: str) -> str:
    """Puts the new text beside the file, to be moved by `commit`; other keys are kept. Returns its path.

    Raises:
        NotAllowedError: The folder cannot be written.
    """
    from zenml.files.drafts import SHARED, write  # not for those who read

    content = {key: value for key, value in _kept(root).items() if key not in (*LEGACY_KEYS, "version")}
    content.update({_PROFILE: profile_name, _STACK: stack_name})
    draft = os.path.join(root, FOLDER, _WAITING + change_id)
    try:
        os.makedirs(os.path.dirname(draft), exist_ok=True)
        write(draft, dump(dict(sorted(content.items()))).encode(), mode=SHARED, synced=True)
    except BaseException as error:
        discard(draft)
        if not isinstance(error, OSError):
            raise
        raise NotAllowedError(
            f"The repository {root} cannot be written: {error.strerror}.",
            "Check the permissions of the folder.",
        ) from error
    return draft


def commit(draft: str) -> None:
    """Moves a prepared text into place."""
    from zenml.files.drafts import move

    move(draft, os.path.join(os.path.dirname(draft), _FILE), replace=True)


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
    """Returns the present content; a file that cannot be parsed is kept beside the new one."""
    try:
        content = _content(read_text(path(root), REPOSITORY_FILE))
        if isinstance(content, dict):
            return content
        raise UnreadableFileError(content)
    except FileNotFoundError:
        return {}
    except UnreadableFileError:
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
            from zenml.files.drafts import is_abandoned

            with contextlib.suppress(OSError):
                if is_abandoned(draft):
                    os.unlink(draft)
    return in_force


def _parse(text: str) -> ZenFile:
    content = _content(text)
    if isinstance(content, str):
        return ZenFile(None, None, content)
    if _PROFILE not in content and all(isinstance(content.get(key), dict) for key in LEGACY_KEYS):
        return ZenFile(None, None, "it is from a version before 0.7 and was not migrated", legacy=True)
    if _PROFILE not in content and _STACK not in content:
        if not content.keys().isdisjoint(_OF_LATER):
            return ZenFile(None, None, OF_LATER_ZENML)
        return ZenFile(None, None, "it does not name a profile or a stack")
    return ZenFile(_name(content.get(_PROFILE)), _name(content.get(_STACK)))


def _name(value: object) -> str | None:
    """Returns a name as text: a profile called 123 may be written without quotes."""
    return str(value) if value not in (None, "") else None


@lru_cache(maxsize=4)  # what was parsed before the ledger was locked is not parsed again while others wait
def _content(text: str) -> dict[str, Any] | str:
    """Returns the content of a file; if it cannot be parsed, why, in a few words."""
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


def _loaded(text: str) -> dict[str, Any] | str:
    """Returns the content of a YAML mapping; if it is something else, what, in a few words."""
    from zenml.documents.plain_data import UnusableTextError, read_yaml_text

    try:
        content = read_yaml_text(text, REPOSITORY_NODES)
    except UnusableTextError as error:
        return f"it {error}"
    if content is None:
        return {}
    if not isinstance(content, dict):
        return "it is not a mapping of keys to values"
    for key in (_PROFILE, _STACK):
        if isinstance(content.get(key), (dict, list)):
            return f"{key} is not a name"
    return {str(key): value for key, value in content.items()}
