"""An anchor that is a Git repository: a file for each ledger, a commit for each checkpoint, and perhaps a push.

Only commands of Git that touch objects and references are used: no file of the repository is checked out or added,
so that no filter that its configuration names is run; hooks are switched off. What a push needs is used as it is
configured, since nobody could push without: the ssh command and the credential helper.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from typing import ClassVar

from zenml import paths
from zenml.anchors.anchor import HandedOver, Handover, KeptNote
from zenml.anchors.running import Ran, run
from zenml.domain.errors import DamagedLedgerError, InvalidValueError, NotAllowedError
from zenml.evidence.verify import MAX_NOTE, Checkpoint
from zenml.files.drafts import SHARED, put
from zenml.files.inherited import inherited

_LOCAL, _PUSH = 60, 120  # seconds that a command may take
_ROUNDS = 5  # so often somebody else may commit at the very same moment
_ALL = 64 * 1024 * 1024  # bytes of the list of all notes that were ever committed
_FILE = re.compile(r"(?:.*/)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.note")
_NAMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
_NOTHING_RUNS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.askPass=",
    "core.pager=cat",
    "protocol.ext.allow=never",
    "maintenance.auto=false",
    "gc.auto=0",
)
_ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",  # with replacements, a history could show other notes than were committed
    "GIT_NO_LAZY_FETCH": "1",
    "SSH_ASKPASS_REQUIRE": "never",
    "LC_ALL": "C",
}
_US = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "zenml-ledger"), ("EMAIL", "zenml-ledger@localhost"))
}
"""Who commits, where Git knows no name of the user."""


class GitAnchor:
    """A repository, whose current branch is committed to.

    Args:
        folder: The repository, with or without a working tree.
        remote: The name of the remote that its branch is pushed to, never forced; None for none.

    Raises:
        InvalidValueError: The remote has no name that Git would take.
    """

    can_be_read_back: ClassVar[bool] = True

    def __init__(self, folder: str, remote: str | None = None) -> None:
        self.place = paths.absolute(folder)
        self.settings: Mapping[str, str] = {} if remote is None else {"push": remote}
        self._remote = remote
        if remote is not None and not _NAMED.fullmatch(remote):
            raise InvalidValueError(
                f"'{remote}' is not the name of a remote.", code="anchor_remote", folder=folder
            )

    def check(self) -> None:
        """Makes sure that there is a repository with a branch, and the remote. Raises `NotAllowedError`."""
        self._branch()
        if self._remote is not None:
            self._asked("remote", "get-url", "--", self._remote)

    def hand_over(self, handover: Handover, last: Checkpoint | None) -> HandedOver:
        """Commits the note, unless it is there already. Raises `NotAllowedError`."""
        branch, name = self._branch(), f"{handover.ledger_id}.note"
        blob = self._asked("hash-object", "-w", "--stdin", given=handover.note)
        for _ in range(_ROUNDS):
            before = self._tip("HEAD")
            if (
                before is not None
                and self._git("rev-parse", "-q", "--verify", f"{before}:{name}")
                .out.decode(errors="replace")
                .strip()
                == blob
            ):
                return HandedOver("was committed before")
            commit = self._committed(before, blob, name, handover)
            said = f"anchored {handover.checkpoint.size} events"
            if self._git("update-ref", "-m", said, branch, commit, before or "0" * len(commit)).code == 0:
                self._show(name, blob, handover.note)
                return HandedOver(f"committed {commit[:8]}")
        raise NotAllowedError(
            f"The branch of {self.place} changed whenever it was committed to.",
            code="anchor_git",
            folder=self.place,
        )

    def finish(self) -> str | None:
        """Pushes the branch.

        Raises:
            DamagedLedgerError: The remote has another history, and does not take this one in its place.
            NotAllowedError: It is not reached, or refuses for another reason.
        """
        if self._remote is None:
            return None
        branch = self._branch()
        words = (
            "push --porcelain --no-signed --no-follow-tags --no-recurse-submodules --receive-pack=git-receive-pack"
        )
        ran = self._git(*words.split(), "--", self._remote, f"{branch}:{branch}", seconds=_PUSH)
        pushed = f"{self._remote}/{branch.removeprefix('refs/heads/')}"
        if ran.code == 0:
            return f"pushed to {pushed}"
        if b"[rejected]" in ran.out:
            raise DamagedLedgerError(
                f"{pushed} went elsewhere: it has commits that {self.place} does not have.",
                code="anchor_diverged",
                folder=self.place,
                remote=self._remote,
            )
        refused = re.search(rb"\[remote rejected\] \(([^()\n]{1,100})", ran.out)
        reason = refused[1].decode(errors="replace") if refused else ran.reason
        raise NotAllowedError(f"{pushed} was not updated: {reason}.", code="anchor_push")

    def kept(self) -> Iterator[KeptNote]:
        """Gives every note that was ever committed to the branch, or is on its remote as last seen.

        Raises:
            NotAllowedError: There is no such repository, or it cannot be read.
        """
        branch = self._branch()
        tips = [tip for tip in (self._tip(branch), self._seen(branch)) if tip]
        if not tips:
            return
        listed = self._git("rev-list", "--objects", *tips, "--", "*.note", most=_ALL)
        if listed.code or len(listed.out) == _ALL:
            raise NotAllowedError(
                f"The history of {self.place} cannot be read.", code="anchor_git", folder=self.place
            )
        for line in listed.out.decode(errors="replace").splitlines():
            blob, _, path = line.partition(" ")
            named = _FILE.fullmatch(path)
            if named:
                content = self._git("cat-file", "blob", blob, most=MAX_NOTE + 1)
                yield KeptNote(named[1], f"object {blob[:10]}", content.out)

    def _committed(self, before: str | None, blob: str, name: str, handover: Handover) -> str:
        """Makes a commit in which one file differs from the one before, and returns its name."""
        with tempfile.TemporaryDirectory() as folder:
            index = {"GIT_INDEX_FILE": os.path.join(folder, "index")}
            if before is not None:
                self._asked("read-tree", before, more=index)
            self._asked("update-index", "--add", "--cacheinfo", f"100644,{blob},{name}", more=index)
            tree = self._asked("write-tree", more=index)
        origin, size, root = handover.checkpoint
        message = f"{origin}: {size} events\n\nroot {root.hex()}\n"
        known = (
            self._git("var", "GIT_COMMITTER_IDENT").code == 0 and self._git("var", "GIT_AUTHOR_IDENT").code == 0
        )
        parents = ("-p", before) if before else ()
        return self._asked("commit-tree", tree, *parents, given=message.encode(), more={} if known else _US)

    def _show(self, name: str, blob: str, note: bytes) -> None:
        """Lets a working tree have the file too: otherwise it would look as if somebody had deleted it."""
        top = self._git("rev-parse", "--show-toplevel")
        if top.code:
            return  # without a working tree
        with contextlib.suppress(OSError):
            put(os.path.join(os.fsdecode(top.out.rstrip(b"\n")), name), note, mode=SHARED)
        self._git("update-index", "--add", "--cacheinfo", f"100644,{blob},{name}")

    def _branch(self) -> str:
        """Returns the full name of the current branch."""
        if self._git("rev-parse", "--git-dir").code:
            raise NotAllowedError(
                f"{self.place} is not a Git repository, or not one of this user.",
                code="not_a_git_repository",
                folder=self.place,
            )
        ran = self._git("symbolic-ref", "-q", "HEAD")
        branch = ran.out.decode(errors="replace").strip()
        if ran.code or not branch.startswith("refs/heads/"):
            raise NotAllowedError(f"{self.place} is on no branch.", code="no_git_branch", folder=self.place)
        return branch

    def _tip(self, reference: str) -> str | None:
        ran = self._git("rev-parse", "-q", "--verify", f"{reference}^{{commit}}")
        return ran.out.decode(errors="replace").strip() if ran.code == 0 else None

    def _seen(self, branch: str) -> str | None:
        """Returns the last commit of the branch on its remote, as far as that was seen."""
        if self._remote is None:
            return None
        return self._tip(f"refs/remotes/{self._remote}/{branch.removeprefix('refs/heads/')}")

    def _asked(self, *words: str, given: bytes = b"", more: Mapping[str, str] | None = None) -> str:
        ran = self._git(*words, given=given, more=more)
        if ran.code:
            raise NotAllowedError(
                f"Git failed in {self.place}: {ran.reason}.", code="anchor_git", folder=self.place
            )
        return ran.out.decode(errors="replace").strip()

    def _git(
        self,
        *words: str,
        given: bytes = b"",
        more: Mapping[str, str] | None = None,
        seconds: float = _LOCAL,
        most: int = 64 * 1024,
    ) -> Ran:
        plain = {name: value for name, value in inherited().items() if not name.startswith("GIT_")}
        options = [word for setting in _NOTHING_RUNS for word in ("-c", setting)]
        return run(
            ["git", "--no-pager", *options, "-C", self.place, *words],
            seconds=seconds,
            given=given,
            environment={**plain, **_ENVIRONMENT, **(more or {})},
            most=most,
        )
