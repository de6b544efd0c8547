from __future__ import annotations

import errno
import json
import os
import shlex
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.audit.anchors.logs import LEDGER, Log
from tests.support.patience import tried
from zenml.anchors import command
from zenml.anchors.command import CommandAnchor
from zenml.anchors.file import FileAnchor
from zenml.anchors.running import run
from zenml.cli.answers.service.joining_token import TOKEN_VARIABLE
from zenml.custody import signing_key
from zenml.domain.errors import InvalidValueError, LedgerError
from zenml.ledger.secrets import keys
from zenml.ledger.secrets.profile_keys import PROFILE_KEY_VARIABLE, variable_of


def test_notes_are_appended_a_line_each(tmp_path: Path) -> None:
    file, log = tmp_path / "notes.jsonl", Log(33)
    anchor = FileAnchor(str(file))
    anchor.hand_over(log.handover(16), None)
    before = file.read_bytes()
    anchor.hand_over(log.handover(33), None)
    assert file.read_bytes().startswith(before)
    assert [json.loads(line)["note"] for line in file.read_text().splitlines()] == [
        log.handover(size).note.decode() for size in (16, 33)
    ]
    assert [(kept.ledger_id, kept.place, kept.note) for kept in anchor.kept()] == [
        (LEDGER, f"line {number}", log.handover(size).note) for number, size in ((1, 16), (2, 33))
    ]


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, log = tmp_path / "notes.jsonl", Log(33)
    anchor = FileAnchor(str(file))
    anchor.hand_over(log.handover(16), None)
    before, write = file.read_bytes(), os.write
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:20]))
        with pytest.raises(LedgerError, match="the disk is full"):
            anchor.hand_over(log.handover(33), None)
    assert file.read_bytes() == before

    def no_sync(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", no_sync)
        with pytest.raises(LedgerError, match="Input/output error"):
            anchor.hand_over(log.handover(33), None)
    assert file.read_bytes() == before


def test_a_line_that_was_cut_spoils_no_other_one(tmp_path: Path) -> None:
    file, log = tmp_path / "notes.jsonl", Log(33)
    anchor = FileAnchor(str(file))
    anchor.hand_over(log.handover(16), None)
    with file.open("ab") as more:
        more.write(b'{"ledger": "')  # in a file that can only grow nothing is taken back
    anchor.hand_over(log.handover(33), None)
    assert [kept.note for kept in anchor.kept()] == [log.handover(16).note, log.handover(33).note]


def test_lines_of_others_are_no_notes(tmp_path: Path) -> None:
    file = tmp_path / "notes.jsonl"
    file.write_bytes(
        b'\n[]\n{"ledger": 1}\n\xff\n' + b"[" * 100_000 + b"\n" + b'{"ledger": "a", "note": "\\ud800"}\n'
    )
    assert [kept.ledger_id for kept in FileAnchor(str(file)).kept()] == ["a"]


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("pipe", "link", "", "missing/file"):
        with pytest.raises(LedgerError) as raised:
            FileAnchor(str(tmp_path / name)).hand_over(Log(3).handover(), None)
        assert raised.value.code == "anchor_file"
    assert not (tmp_path / "elsewhere").exists()
    for name in ("pipe", "missing"):
        with pytest.raises(LedgerError):
            list(FileAnchor(str(tmp_path / name)).kept())


@pytest.mark.parametrize("content", [b"text\n", b'{"ledger": 1}\n[]\n', b"\0" * 100, b"\n\n{}"])
def test_nothing_is_appended_to_what_is_something_else(tmp_path: Path, content: bytes) -> None:
    for name in ("pipe", "link", "folder", "file"):
        place = tmp_path / name
        if name == "pipe":
            os.mkfifo(place)
        elif name == "link":
            place.symlink_to(tmp_path / "elsewhere")
        elif name == "folder":
            place.mkdir()
        else:
            place.write_bytes(content)
        with pytest.raises(LedgerError) as raised:
            FileAnchor(str(place)).check()
        assert raised.value.code == "anchor_file_of_something_else"


def test_a_file_of_notes_is_taken_again(tmp_path: Path) -> None:
    anchor = FileAnchor(str(tmp_path / "notes.jsonl"))
    anchor.check()
    anchor.hand_over(Log(3).handover(), None)
    with (tmp_path / "notes.jsonl").open("ab") as more:
        more.write(b'{"ledger": "')
    anchor.hand_over(Log(3).handover(), None)
    anchor.check()


def test_many_append_to_one_file(tmp_path: Path) -> None:
    anchor, log = FileAnchor(str(tmp_path / "notes.jsonl")), Log(3)
    threads = [threading.Thread(target=anchor.hand_over, args=(log.handover(), None)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(anchor.kept())) == 20


def _python(tmp_path: Path, code: str) -> CommandAnchor:
    script = tmp_path / "anchor.py"
    script.write_text(code)
    return CommandAnchor(shlex.join([sys.executable, "-I", str(script)]))


def test_a_command_gets_the_note(tmp_path: Path) -> None:
    out, log = tmp_path / "out", Log(3)
    code = (
        "import os, sys\n"
        f"with open({str(out)!r}, 'wb') as out:\n"
        "    out.write(os.environb[b'ZENML_LEDGER'] + b' ' + os.environb[b'ZENML_SIZE'] + b'\\n')\n"
        "    out.write(sys.stdin.buffer.read())\n"
    )
    assert _python(tmp_path, code).hand_over(log.handover(), None).sentence == "the command took it"
    assert out.read_bytes() == f"{LEDGER} 3\n".encode() + log.handover().note


@pytest.mark.parametrize(
    "name",
    [signing_key.VARIABLE, keys.VARIABLE, TOKEN_VARIABLE, PROFILE_KEY_VARIABLE, variable_of(LEDGER)],
)
def test_what_is_started_has_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "CANARY")
    monkeypatch.setenv("ZENML_USER", "somebody")
    out = tmp_path / "out"
    CommandAnchor(f"sh -c 'env > {out}'").hand_over(Log(3).handover(), None)
    assert "CANARY" not in out.read_text()
    assert "ZENML_USER=somebody" in out.read_text()
    assert b"CANARY" not in run(["env"], seconds=30).out


def test_no_shell_reads_a_command(tmp_path: Path) -> None:
    with pytest.raises(LedgerError):
        CommandAnchor(f"false; touch {tmp_path}/x").hand_over(Log(3).handover(), None)
    CommandAnchor(f"true ; touch {tmp_path}/x").hand_over(Log(3).handover(), None)
    assert not (tmp_path / "x").exists()


def test_a_command_that_fails_says_why_and_drives_no_terminal(tmp_path: Path) -> None:
    code = "import sys\nsys.stderr.write('\\n\\x1b[2Jno room.\\nmore')\nsys.exit(3)\n"
    with pytest.raises(LedgerError) as raised:
        _python(tmp_path, code).hand_over(Log(3).handover(), None)
    assert raised.value.message == "The command failed: \\x1b[2Jno room."
    assert raised.value.values == {"ended": 3}
    with pytest.raises(LedgerError, match="its exit code was 1"):
        CommandAnchor("false").hand_over(Log(3).handover(), None)
    with pytest.raises(LedgerError, match="it was ended by SIGKILL"):
        CommandAnchor("sh -c 'kill -9 $$'").hand_over(Log(3).handover(), None)


def test_a_command_that_is_not_there_is_named() -> None:
    with pytest.raises(LedgerError, match="'no-such-program' cannot be started: No such file"):
        CommandAnchor("/usr/bin/no-such-program x").hand_over(Log(3).handover(), None)
    for text in ("", "  ", "'", "''"):
        with pytest.raises(InvalidValueError):
            CommandAnchor(text)


def test_a_command_without_end_is_ended_with_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pids = tmp_path / "pids"
    code = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen(['sleep', '60'])\n"
        f"open({str(pids)!r}, 'w').write(str(child.pid))\n"
        "while True: sys.stdout.write('x' * 65536)\n"
    )

    def attempt(seconds: float) -> None:
        monkeypatch.setattr(command, "_PATIENCE", round(seconds))
        with pytest.raises(LedgerError, match=f"took longer than {round(seconds)} seconds") as raised:
            _python(tmp_path, code).hand_over(Log(3).handover(), None)
        assert raised.value.code == "anchor_unreachable"
        child = Path(f"/proc/{pids.read_text()}")  # it had the time to start something
        until = time.monotonic() + 10
        while child.exists() and time.monotonic() < until:
            if "Z" in (child / "stat").read_text().split()[2:3]:
                break
            time.sleep(0.05)
        else:
            assert not child.exists()

    tried(attempt, 1)


def test_of_a_long_output_little_is_kept() -> None:
    ran = run([sys.executable, "-c", "print('x' * 10_000_000)"], seconds=30, most=100)
    assert ran == (0, b"x" * 100, b"")


def test_a_child_that_stays_does_not_keep_the_command(tmp_path: Path) -> None:
    began = time.monotonic()
    ran = run(["sh", "-c", "echo said; sleep 50 &"], seconds=30)
    assert (ran.code, ran.out) == (0, b"said\n")
    assert time.monotonic() - began < 25
