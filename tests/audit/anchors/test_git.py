from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.audit.anchors.logs import LEDGER, Log
from zenml.anchors.git import GitAnchor
from zenml.domain.errors import DamagedLedgerError, InvalidValueError, LedgerError


@pytest.fixture(autouse=True)
def _a_home_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _repository(path: Path, *words: str) -> Path:
    path.mkdir()
    _git(path, "init", "-q", "-b", "main", *words)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return _repository(tmp_path / "audit")


@pytest.fixture
def pushed(folder: Path, tmp_path: Path) -> Path:
    """A bare repository that the branch is pushed to, and that takes no other history in its place."""
    remote = _repository(tmp_path / "remote.git", "--bare")
    _git(remote, "config", "receive.denyNonFastForwards", "true")
    _git(folder, "remote", "add", "origin", str(remote))
    return remote


def test_each_checkpoint_is_a_commit(folder: Path) -> None:
    anchor, log = GitAnchor(str(folder)), Log(33)
    anchor.check()
    first = anchor.hand_over(log.handover(16), None)
    assert first.sentence.startswith("committed ")
    anchor.hand_over(log.handover(33), None)
    assert _git(folder, "log", "--format=%an <%ae> %s").splitlines() == [
        f"zenml-ledger <zenml-ledger@localhost> zenml-ledger/{LEDGER}: {size} events" for size in (33, 16)
    ]
    assert (folder / f"{LEDGER}.note").read_bytes() == log.handover(33).note
    assert _git(folder, "status", "--porcelain") == ""
    assert {kept.note for kept in anchor.kept()} == {log.handover(16).note, log.handover(33).note}
    assert {kept.ledger_id for kept in anchor.kept()} == {LEDGER}


def test_the_same_note_is_committed_once(folder: Path) -> None:
    anchor, log = GitAnchor(str(folder)), Log(3)
    anchor.hand_over(log.handover(), None)
    assert anchor.hand_over(log.handover(), None).sentence == "was committed before"
    assert _git(folder, "rev-list", "--count", "HEAD") == "1"


def test_whoever_git_knows_commits_and_other_files_stay(folder: Path) -> None:
    _git(folder, "config", "user.name", "Ada")
    _git(folder, "config", "user.email", "ada@example.org")
    (folder / "README").write_text("mine\n")
    _git(folder, "add", "README")
    _git(folder, "commit", "-q", "-m", "mine")
    (folder / "draft").write_text("not committed\n")
    GitAnchor(str(folder)).hand_over(Log(3).handover(), None)
    assert _git(folder, "log", "-1", "--format=%an %ae") == "Ada ada@example.org"
    assert _git(folder, "ls-tree", "--name-only", "HEAD").splitlines() == [f"{LEDGER}.note", "README"]
    assert _git(folder, "status", "--porcelain") == "?? draft"


def test_a_push_takes_all_ledgers_at_once(folder: Path, pushed: Path) -> None:
    other = "11111111-1111-4111-8111-111111111111"
    anchor, logs = GitAnchor(str(folder), "origin"), (Log(3), Log(4, ledger_id=other))
    for log in logs:
        anchor.hand_over(log.handover(), None)
    assert anchor.finish() == "pushed to origin/main"
    assert _git(pushed, "rev-parse", "main") == _git(folder, "rev-parse", "HEAD")
    assert _git(pushed, "ls-tree", "--name-only", "main").splitlines() == [f"{other}.note", f"{LEDGER}.note"]
    assert anchor.finish() == "pushed to origin/main"  # nothing to do is no failure


def test_a_remote_that_went_elsewhere_is_never_overwritten(folder: Path, pushed: Path, tmp_path: Path) -> None:
    anchor, log = GitAnchor(str(folder), "origin"), Log(33)
    anchor.hand_over(log.handover(16), None)
    anchor.finish()
    before = _git(pushed, "rev-parse", "main")
    _git(folder, "config", "push.default", "matching")
    _git(folder, "config", "remote.origin.push", "+refs/heads/*:refs/heads/*")  # which would force it
    _git(folder, "update-ref", "-d", "HEAD")  # somebody makes the history anew
    anchor.hand_over(Log(33, rewritten=2).handover(), None)
    with pytest.raises(DamagedLedgerError, match="origin/main went elsewhere") as raised:
        anchor.finish()
    assert raised.value.code == "anchor_diverged"
    assert _git(pushed, "rev-parse", "main") == before
    assert log.handover(16).note in {kept.note for kept in anchor.kept()}, "the remote's, as last seen"


def test_a_hook_of_the_remote_may_refuse(folder: Path, pushed: Path) -> None:
    hook = pushed / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho no >&2\nexit 1\n")
    hook.chmod(0o755)
    anchor = GitAnchor(str(folder), "origin")
    anchor.hand_over(Log(3).handover(), None)
    with pytest.raises(LedgerError, match="origin/main was not updated: pre-receive hook declined"):
        anchor.finish()


def test_a_remote_that_is_gone_is_a_failure_in_words(folder: Path, pushed: Path) -> None:
    pushed.rename(pushed.with_name("elsewhere"))
    anchor = GitAnchor(str(folder), "origin")
    anchor.hand_over(Log(3).handover(), None)
    with pytest.raises(LedgerError, match="does not appear to be a git repository") as raised:
        anchor.finish()
    assert raised.value.code == "anchor_push"


def test_nothing_that_the_repository_names_is_run(folder: Path, pushed: Path, tmp_path: Path) -> None:
    canary = tmp_path / "ran"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\necho $0 >> {canary}\ncat\n")
    script.chmod(0o755)
    hooks = folder / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    names = "pre-commit commit-msg post-commit prepare-commit-msg pre-push reference-transaction post-index-change"
    for name in names.split():
        (hooks / name).symlink_to(script)
    (folder / ".gitattributes").write_text("* filter=bad diff=bad merge=bad\n")
    for setting in (
        "filter.bad.clean",
        "filter.bad.smudge",
        "diff.bad.textconv",
        "diff.external",
        "core.fsmonitor",
        "core.editor",
        "core.pager",
        "core.askPass",
        "gpg.program",
        "alias.push",
        "remote.origin.receivepack",
    ):
        _git(folder, "config", setting, str(script))
    _git(folder, "config", "commit.gpgSign", "true")
    _git(folder, "config", "push.gpgSign", "if-asked")
    _git(folder, "config", "filter.bad.required", "true")
    anchor = GitAnchor(str(folder), "origin")
    anchor.check()
    anchor.hand_over(Log(3).handover(), None)
    anchor.finish()
    assert len(list(anchor.kept())) == 1
    assert not canary.exists(), canary.read_text()
    subprocess.run(
        ["git", "-C", str(folder), "commit", "--allow-empty", "-m", "x"], capture_output=True, check=False
    )
    assert canary.exists(), "these hooks would run"


def test_a_remote_may_not_name_a_program(folder: Path, tmp_path: Path) -> None:
    canary = tmp_path / "ran"
    _git(folder, "remote", "add", "evil", f"ext::sh -c touch% {canary}")
    _git(folder, "config", "protocol.ext.allow", "always")
    anchor = GitAnchor(str(folder), "evil")
    anchor.hand_over(Log(3).handover(), None)
    with pytest.raises(LedgerError):
        anchor.finish()
    assert not canary.exists()
    for remote in ("--upload-pack=x", "-f", "ext::sh -c x", "https://h/x", ""):
        with pytest.raises(InvalidValueError):
            GitAnchor(str(folder), remote)


def test_variables_of_git_lead_nowhere_else(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = _repository(tmp_path / "elsewhere")
    monkeypatch.setenv("GIT_DIR", str(elsewhere / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    GitAnchor(str(folder)).hand_over(Log(3).handover(), None)
    monkeypatch.delenv("GIT_DIR")
    assert _git(folder, "rev-list", "--count", "HEAD") == "1"


def test_a_history_with_replaced_commits_shows_what_was_committed(folder: Path) -> None:
    anchor, log = GitAnchor(str(folder)), Log(33)
    anchor.hand_over(log.handover(16), None)
    old = _git(folder, "rev-parse", "HEAD")
    _git(folder, "update-ref", "-d", "HEAD")
    anchor.hand_over(Log(33, rewritten=2).handover(16), None)
    new = _git(folder, "rev-parse", "HEAD")
    _git(folder, "update-ref", "HEAD", old)
    _git(folder, "replace", old, new)
    assert {kept.note for kept in anchor.kept()} == {log.handover(16).note}


@pytest.mark.parametrize("bare", [True, False])
def test_what_is_no_repository_or_on_no_branch_is_refused(tmp_path: Path, folder: Path, bare: bool) -> None:
    with pytest.raises(LedgerError) as raised:
        GitAnchor(str(tmp_path / "nowhere")).check()
    assert raised.value.code == "not_a_git_repository"
    with pytest.raises(LedgerError):
        GitAnchor(str(folder), "origin").check()
    anchor = GitAnchor(str(_repository(tmp_path / "bare", "--bare") if bare else folder))
    anchor.hand_over(Log(3).handover(), None)
    path = tmp_path / "bare" if bare else folder
    _git(path, "update-ref", "--no-deref", "HEAD", _git(path, "rev-parse", "HEAD"))
    with pytest.raises(LedgerError) as raised:
        anchor.hand_over(Log(3).handover(), None)
    assert raised.value.code == "no_git_branch"


def test_a_lock_that_was_left_is_a_failure_in_words(folder: Path) -> None:
    (folder / ".git" / "refs" / "heads" / "main.lock").touch()
    with pytest.raises(LedgerError) as raised:
        GitAnchor(str(folder)).hand_over(Log(3).handover(), None)
    assert raised.value.code == "anchor_git"
