"""What is recorded of the code: what Git says, whatever the repository says to Git."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import time
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path

import pytest

from tests.runs.seen import last_run
from tests.support.program import Home
from zenml.runs.running import code, git
from zenml.runs.running.code import found_code
from zenml.runs.running.software import LOCKS, software


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit, with a folder in it."""
    top = tmp_path / "code"
    (top / "inner").mkdir(parents=True)
    (top / "train.py").write_text("print(1)\n")
    (top / ".gitignore").write_text("data/\n")
    run(top, "init", "-q", "-b", "main")
    commit(top)
    return top


def run(top: Path, *words: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    done = subprocess.run(["git", "-C", str(top), *identity, *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(top: Path) -> str:
    run(top, "add", "-A")
    run(top, "commit", "-q", "-m", "m")
    return run(top, "rev-parse", "HEAD")


def test_what_is_committed_is_clean(repository: Path) -> None:
    head = run(repository, "rev-parse", "HEAD")
    assert found_code(str(repository)).code == (head, False, None)
    assert found_code(str(repository / "inner")).top == str(repository)


def test_an_ignored_file_is_no_difference(repository: Path) -> None:
    (repository / "data").mkdir()
    (repository / "data" / "x").write_text("x")
    assert found_code(str(repository)).code.is_dirty is False  # type: ignore[union-attr]


@pytest.mark.parametrize("path", ["train.py", "new.py"])
def test_a_changed_file_and_a_new_one_make_it_dirty_with_a_digest_of_the_content(
    path: str, repository: Path
) -> None:
    digests = []
    for text in ("one", "two", "one"):
        (repository / path).write_text(text)
        commit_, dirty, digest = found_code(str(repository)).code  # type: ignore[misc]
        assert (commit_, dirty) == (run(repository, "rev-parse", "HEAD"), True)
        digests.append(digest)
    assert digests[0] == digests[2] != digests[1]
    assert len(digests[0] or "") == 64


def test_staged_or_not_the_same_difference_has_the_same_digest(repository: Path) -> None:
    (repository / "train.py").write_text("two\n")
    before = found_code(str(repository)).code
    run(repository, "add", "train.py")
    assert found_code(str(repository)).code == before


def test_a_touched_file_is_no_difference(repository: Path) -> None:
    (repository / "train.py").touch()
    assert found_code(str(repository)).code.is_dirty is False  # type: ignore[union-attr]


def test_before_the_first_commit(tmp_path: Path) -> None:
    run(tmp_path, "init", "-q")
    assert found_code(str(tmp_path)).code == (None, False, None)
    (tmp_path / "a").write_text("a")
    assert found_code(str(tmp_path)).code[:2] == (None, True)  # type: ignore[index]


def test_outside_of_a_repository_nothing_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code, "ask", lambda *words: pytest.fail("Git was asked"))
    assert found_code(str(tmp_path)) == (None, None, None, None)


def test_without_git_the_code_is_unknown_and_that_is_said(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    found = found_code(str(repository))
    assert found.code is None
    assert found.notice is not None
    assert "is recorded without its code" in found.notice


def test_git_that_hangs_is_ended_and_the_code_is_unknown(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nsleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}:/usr/bin:/bin")
    monkeypatch.setattr(git, "PATIENCE", 0.3)
    notice = found_code(str(repository)).notice
    assert notice is not None
    assert "took longer than 0.3 seconds" in notice


def test_a_long_difference_is_read_however_late(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "train.py").write_text("x = 1\n" * 100_000)
    expected, asked, real = found_code(str(repository)), list[object](), git.GitQuestion.answer
    assert expected.code is not None
    monkeypatch.setattr(git, "PATIENCE", 2.0)

    def answer(question: git.GitQuestion) -> bytes | None:
        asked.append(question)
        time.sleep(2.5)  # in which others hold a lock that is waited for
        return real(question)

    monkeypatch.setattr(git.GitQuestion, "answer", answer)
    assert found_code(str(repository)) == expected
    assert len(asked) == 3


def test_git_is_asked_in_a_program_with_many_open_files(repository: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limits[1] < 1200:
        pytest.skip("not so many files may be open here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(1200, limits[0]), limits[1]))
    with ExitStack() as stack:
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, limits)
        for _ in range(1100):
            stack.callback(os.close, os.open(os.devnull, os.O_RDONLY))
        assert found_code(str(repository)).code is not None


def test_a_hostile_repository_runs_nothing(repository: Path, tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    evil = tmp_path / "evil"
    evil.write_text(f'#!/bin/sh\necho "$0 $@" >> {touched}\ncat\n')
    evil.chmod(0o755)
    (repository / ".gitattributes").write_text("* filter=evil diff=evil\n")
    commit(repository)
    for key in (
        "core.fsmonitor",
        "core.pager",
        "core.editor",
        "core.askPass",
        "core.sshCommand",
        "credential.helper",
        "diff.external",
        "diff.evil.textconv",
        "diff.evil.command",
        "filter.evil.clean",
        "filter.evil.smudge",
        "gpg.program",
        "pager.status",
        "pager.diff",
    ):
        run(repository, "config", key, str(evil))
    run(repository, "config", "alias.status", f"!{evil}")
    run(repository, "config", "filter.evil.required", "true")
    run(repository, "config", "core.hooksPath", str(evil.parent))
    for hook in ("post-index-change", "fsmonitor-watchman"):
        (repository / ".git" / "hooks" / hook).write_text(evil.read_text())
        (repository / ".git" / "hooks" / hook).chmod(0o755)
    touched.unlink(missing_ok=True)
    (repository / "train.py").write_text("print(2)\n")
    (repository / "new.py").write_text("new")
    found = found_code(str(repository)).code
    assert found is not None
    assert found[1]
    assert found[2] is not None
    assert not touched.exists(), touched.read_text()


@pytest.fixture
def touched(repository: Path, tmp_path: Path) -> Path:
    """What exists as soon as a program ran that the repository names, of which it has one as a filter."""
    path = tmp_path / "touched"
    (repository / ".gitattributes").write_text("* filter=evil\n")
    commit(repository)
    (repository / "train.py").write_text("print(2)\n")
    with (repository / ".git" / "config").open("a") as config:
        config.write(f'[filter "evil"]\n\tclean = touch {path}; cat\n')
    return path


def says_nothing(repository: Path) -> bool:
    found = found_code(str(repository))
    return found.code is None and "is recorded without its code" in (found.notice or "")


def test_where_git_has_more_settings_than_are_read_nothing_else_is_asked(
    repository: Path, touched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git, "_MOST", 4096)
    with (repository / ".git" / "config").open("a") as config:
        config.write(f'[remote "r"]\n\turl = {"a" * 5000}\n')
    assert says_nothing(repository)
    assert not touched.exists()


@pytest.mark.parametrize(
    "broken", ["[filter", '[filter "x"]\n\tclean\n', "[core]\n\trepositoryformatversion = 9\n"]
)
def test_where_git_cannot_read_its_settings_nothing_is_run(broken: str, repository: Path, touched: Path) -> None:
    with (repository / ".git" / "config").open("a") as config:
        config.write(broken)
    assert says_nothing(repository)
    assert not touched.exists()


def test_a_git_that_does_not_heed_what_it_is_told_is_asked_nothing_else(
    repository: Path, touched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "bin" / "git"
    old.parent.mkdir()
    old.write_text('#!/bin/sh\nPATH=/usr/bin:/bin\nunset GIT_CONFIG_COUNT\nexec git "$@"\n')
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(old.parent))
    assert says_nothing(repository)
    assert not touched.exists()


@pytest.mark.parametrize("name", ["evil", "Evil.CLEAN", "a=b", "ünd", "x.clean", "evil.required"])
def test_a_filter_of_any_name_is_switched_off(name: str, repository: Path, tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    with (repository / ".git" / "config").open("a") as config:
        config.write(f'[FILTER "{name}"]\n\tCLEAN = touch {touched}; cat\n\tProcess = touch {touched}\n')
    (repository / ".gitattributes").write_text(f"* filter={name}\n")
    (repository / "train.py").write_text("print(2)\n")
    assert found_code(str(repository)).code is not None
    assert not touched.exists()


@pytest.mark.parametrize("where", ["include", 'includeIf "onbranch:main"', 'includeIf "gitdir:**"', "worktree"])
def test_a_filter_is_switched_off_wherever_it_is_set(where: str, repository: Path, tmp_path: Path) -> None:
    touched, elsewhere = tmp_path / "touched", repository / ".git" / "config.worktree"
    (repository / ".gitattributes").write_text("* filter=evil\n")
    commit(repository)
    elsewhere.write_text(f'[filter "evil"]\n\tclean = touch {touched}; cat\n')
    with (repository / ".git" / "config").open("a") as config:
        config.write(
            "[extensions]\n\tworktreeConfig = true\n"
            if where == "worktree"
            else f"[{where}]\n\tpath = {elsewhere}\n"
        )
    (repository / "train.py").write_text("print(2)\n")
    assert found_code(str(repository)).code is not None
    assert not touched.exists()
    run(repository, "status")
    assert touched.exists()  # by Git alone: the filter is set


def test_what_a_repository_within_the_repository_sets_is_not_run(repository: Path, tmp_path: Path) -> None:
    touched, inner = tmp_path / "touched", repository / "module"
    inner.mkdir()
    run(inner, "init", "-q", "-b", "main")
    (inner / "a").write_text("1")
    commit(inner)
    commit(repository)
    (inner / "a").write_text("2")
    commit(inner)
    run(inner, "config", "diff.external", f"touch {touched}; true")
    run(repository, "config", "diff.submodule", "diff")
    run(repository, "config", "status.submoduleSummary", "true")
    found = found_code(str(repository)).code
    assert found is not None
    assert found[1]
    assert not touched.exists()


def test_a_pipe_beside_the_code_does_not_stop_it(repository: Path) -> None:
    import os

    os.mkfifo(repository / "pipe")
    (repository / "new").write_text("x")
    assert found_code(str(repository)).code.is_dirty is True  # type: ignore[union-attr]


def test_what_a_run_records_of_code_and_remote(used: Home, repository: Path) -> None:
    run(repository, "remote", "add", "origin", "https://user:pa55w0rd@git.example/x.git")
    (repository / "requirements.txt").write_text("numpy==1\n")
    used.done("run", "--", "true", cwd=repository)
    seen = last_run(used)
    assert seen.start["code"]["commit"] == run(repository, "rev-parse", "HEAD")
    assert seen.start["code"]["dirty"] is True
    assert len(json.loads(seen.start["code"]["diff"]["v"])) == 64
    assert seen.said("origin")["remote"] == "https://git.example/x.git"
    assert seen.start["software"]["lock"] == sha256(b"numpy==1\n").hexdigest()


def test_the_first_file_that_pins_packages_counts_the_nearest_folder_first(tmp_path: Path) -> None:
    near, top = tmp_path / "near", tmp_path / "top"
    for folder in (near, top):
        folder.mkdir()
        for name in reversed(LOCKS):
            (folder / name).write_text(f"{folder.name} {name}")
    assert software(str(near), str(top)).lock == sha256(b"near uv.lock").hexdigest()
    for name in LOCKS:
        (near / name).unlink()
    assert software(str(near), str(top)).lock == sha256(b"top uv.lock").hexdigest()
    assert software(str(near), None).lock is None


@pytest.mark.parametrize("path", ["", ".", "{here}"])
def test_a_program_in_the_working_directory_is_not_taken_for_git(
    path: str, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "git").write_text("#!/bin/sh\ntouch ran\n")
    (repository / "git").chmod(0o755)
    monkeypatch.chdir(repository)
    monkeypatch.setenv("PATH", f"{path.format(here=repository)}:/usr/bin:/bin")
    assert found_code(str(repository)).code is not None
    assert not (repository / "ran").exists()
