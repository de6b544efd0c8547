"""The code that a run finds: what Git says of the working directory, without running anything that it configures.

A repository may be hostile, as one that was unpacked from somewhere: its hooks, its monitor, its filters and its
drivers of differences are switched off. A file that a filter would have changed, and that was touched, counts as
different then.
"""

from __future__ import annotations

import os
from collections import namedtuple
from hashlib import sha256

from zenml.runs.running.git import GitTooSlowError, applied_settings, ask

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from typing import Self

    from zenml.runs.running.git import GitQuestion

_SETTINGS = "config -z --list"
"""Of all that is set: asked for some alone, Git says in one way that nothing is set and that it cannot tell."""

_FILTER = ("clean", "smudge", "process", "required")
_STATUS = "status --porcelain=v2 --branch -z --untracked-files=all --no-renames --ignore-submodules=dirty"
_DIFF = (
    "diff --binary --full-index --no-ext-diff --no-textconv --no-color --no-renames --no-indent-heuristic"
    " --diff-algorithm=myers --src-prefix=a/ --dst-prefix=b/ --unified=3 --inter-hunk-context=0 --no-relative"
    " --ignore-submodules=dirty --submodule=short -O/dev/null HEAD --"
)
_MOST_FILES, _MOST_BYTES = 1_000, 64 * 1024 * 1024
"""Of files that Git does not track, as far as they are read: a folder of data beside the code is not."""


class CodeState(namedtuple("CodeState", "commit is_dirty diff")):
    """The code as it was found.

    Attributes:
        commit: The commit; None before the first one.
        is_dirty: Whether there was more than that.
        diff: The SHA-256 of what that was, as 64 hex digits: of the differences as Git writes them, and then, for
            each file that it neither tracks nor ignores, in the order of their paths, of its path, a zero byte and
            the SHA-256 of its content. None for nothing, and where that is too much.
    """

    __slots__ = ()
    commit: str | None
    is_dirty: bool
    diff: str | None


class FoundCode(namedtuple("FoundCode", "code remote top notice", defaults=(None, None, None, None))):
    """What is known of the code.

    Attributes:
        code: The code as it was found; None where nobody knows.
        remote: Where it is fetched from, as Git has it: with a password, if somebody put one there.
        top: The folder of the repository; None outside of any.
        notice: Why nothing is known of the code of a repository, as a sentence.
    """

    __slots__ = ()
    code: CodeState | None
    remote: str | None
    top: str | None
    notice: str | None


class SearchedCode:
    """The code around a folder, which Git is asked for while others go on. Raises nothing.

    Args:
        folder: The working directory.
    """

    def __init__(self, folder: str) -> None:
        self._top = _top(folder)
        self._found = FoundCode()
        self._question: GitQuestion | None = None
        self._questions = _questions(self._top) if self._top is not None else None
        self._go_on()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._question is not None:
            self._question.close()

    def go_on(self) -> None:
        """Asks the next question if the last one is answered; waits for nothing."""
        while self._question is not None and self._question.is_answered():
            self._go_on()

    def found(self) -> FoundCode:
        """Returns what is known of the code, after some seconds at most."""
        while self._questions is not None:
            self._go_on()
        return self._found

    def _go_on(self) -> None:
        if self._questions is None:
            return
        question, self._question = self._question, None
        try:
            self._question = self._questions.send(question.answer() if question is not None else None)
        except StopIteration as end:
            self._questions, self._found = None, end.value
        except GitTooSlowError as error:
            self._questions = None
            notice = f"{error} What is run is recorded without its code."
            self._found = FoundCode(top=self._top, notice=notice)


def found_code(folder: str) -> FoundCode:
    """Returns what is known of the code around a folder, as `SearchedCode.found` does."""
    with SearchedCode(folder) as searched:
        return searched.found()


def _questions(top: str) -> Generator[GitQuestion | None, bytes | None, FoundCode]:
    """Yields what Git is to be asked, is sent what it answers, and returns what is known then."""
    unknown = FoundCode(
        top=top, notice=f"Git does not say what is in {top}: what is run is recorded without its code."
    )
    answer = yield ask(top, _SETTINGS.split())
    settings = _settings(answer) if answer is not None else {}
    if not applied_settings(settings):
        return unknown  # which filters there are is not known, or they cannot be switched off
    status = yield ask(top, _STATUS.split(), _switched_off(settings))
    if status is None:
        return unknown
    commit, branch, others, is_dirty = _read(status)
    digest = None
    if is_dirty:
        has_commit = commit is not None
        difference = (yield ask(top, _DIFF.split(), _switched_off(settings))) if has_commit else b""
        digest = None if difference is None else _digest(top, difference, others)
    name = settings.get(f"branch.{branch}.remote", "origin")
    return FoundCode(CodeState(commit, is_dirty, digest), settings.get(f"remote.{name}.url"), top)


def _top(folder: str) -> str | None:
    """Returns the nearest folder at or above one that Git may know: no program is asked where there is none."""
    while not os.path.lexists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
    return folder


def _settings(text: bytes) -> dict[str, str]:
    lines = (entry.partition("\n") for entry in os.fsdecode(text).split("\0") if entry)
    return {key: value for key, _, value in lines}


def _switched_off(settings: dict[str, str]) -> dict[str, str]:
    """Returns what switches all filters off: an empty command means that there is none."""
    parts = ((key, key.rpartition(".")[2]) for key in settings if key.startswith("filter."))
    return {key: "false" if last == "required" else "" for key, last in parts if last in _FILTER}


def _read(status: bytes) -> tuple[str | None, str, list[bytes], bool]:
    """Returns commit, branch, the paths of files that are not tracked, and whether anything is different."""
    commit, branch, others, is_dirty = None, "", [], False
    for entry in status.split(b"\0"):
        if entry.startswith(b"# branch.oid "):
            named = entry[13:].decode(errors="replace")
            commit = None if named == "(initial)" else named
        elif entry.startswith(b"# branch.head "):
            branch = os.fsdecode(entry[14:])
        elif entry and not entry.startswith(b"#"):
            is_dirty = True
            if entry.startswith(b"? "):
                others.append(entry[2:])
    return commit, branch, sorted(others), is_dirty


def _digest(top: str, difference: bytes, others: list[bytes]) -> str | None:
    """Returns the digest of what is different; None if that is too much to read."""
    if len(others) > _MOST_FILES:
        return None
    hashed, left = sha256(difference), _MOST_BYTES
    for path in others:
        content = sha256()
        try:
            for piece in _pieces(os.path.join(os.fsencode(top), path)):
                content.update(piece)
                left -= len(piece)
                if left < 0:
                    return None
        except OSError:
            return None
        hashed.update(path + b"\0" + content.digest())
    return hashed.hexdigest()


def _pieces(path: bytes) -> Iterator[bytes]:
    if os.path.islink(path):
        yield os.readlink(path)
        return
    # a pipe would never be read to its end
    with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
        while piece := file.read(1024 * 1024):
            yield piece
