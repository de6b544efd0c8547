"""Whatever signal ends a command: nothing of it is left in temporary folders, and no draft anywhere."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pexpect
import pytest

from tests.support.program import ZENML, Home
from zenml.cli.mistakes.failures import EndedError
from zenml.documents.throw_away import throw_away_folder

SECONDS = 20  # in which something has to happen
SECRET = ("--flavor", "mysql", "--host", "h", "--database", "d", "--username", "u", "--password", "hunter2-b")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has no such signals")


def eventually(happened: Callable[[], object]) -> None:
    until = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.02)


def has_ended(number: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(number, 0)
        return False
    return True


@pytest.fixture
def searched(used: Home) -> Home:
    """A machine with a secret, a label and two changes after it."""
    used.done("metadata-store", "register", "db", *SECRET)
    used.done("label", "before")
    for name in ("one", "two"):
        used.done("stack", "register", name, "-a", "default", "-o", "default")
    used.folder("tmp")
    return used


def bisecting(home: Home, script: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [str(ZENML), "bisect", "--good", "before", "--", "sh", "-c", script],
        cwd=home.work,
        env=home.variables({"TMPDIR": str(home.work / "tmp")}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_a_bisect_that_is_ended_leaves_nothing(searched: Home) -> None:
    folder, said = searched.work / "tmp", searched.work / "said"
    profile = searched.config / "profiles" / "default" / "profile.yaml"
    key, before = (searched.config / "ledger.key").read_text().strip(), profile.read_bytes()
    signals = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT, signal.SIGKILL)
    for number in signals:
        said.unlink(missing_ok=True)
        process = bisecting(
            searched, f'echo $$ "$ZENML_LEDGER_KEY" >{said}.new; mv {said}.new {said}; exec sleep 60'
        )
        eventually(said.exists)
        child, handed_over = said.read_text().split()
        assert handed_over == key
        assert not list(folder.rglob("ledger.key"))
        (left,) = folder.iterdir()
        assert f"-{process.pid}-" in left.name
        process.send_signal(number)
        if number == signal.SIGKILL:
            assert process.wait(SECONDS) == -number
            os.kill(int(child), signal.SIGTERM)
            assert left.exists()
        else:
            assert process.wait(SECONDS) == 128 + number
            eventually(partial(has_ended, int(child)))  # whoever took it over has to notice
            assert not left.exists()
    assert profile.read_bytes() == before

    # of others: running, and a link that only has such a name
    running = folder / f"zenml-bisect-{os.getpid()}-abcd"
    running.mkdir()
    (folder / "zenml-bisect-4194305-abcd").symlink_to(searched.config)
    searched.run("bisect", "--good", "before", "--", "true", env={"TMPDIR": str(folder)}, check=1)
    assert sorted(path.name for path in folder.iterdir()) == sorted([running.name, "zenml-bisect-4194305-abcd"])
    assert (searched.config / "ledger.db").exists()


def test_a_bisect_that_is_ended_while_it_starts_a_command_ends_it(searched: Home) -> None:
    script = """
        import os, signal, subprocess, sys
        sys.argv = ["zenml", "bisect", "--good", "before", "--", "sleep", "60"]
        from zenml.cli.entry import main
        real = subprocess.Popen.__init__
        def ended(self, *given, **named):
            real(self, *given, **named)
            print(self.pid, flush=True)
            os.kill(os.getpid(), signal.{number})
        subprocess.Popen.__init__ = ended
        main()
    """
    for number in ("SIGTERM", "SIGINT"):
        answer = searched.python(script.format(number=number), env={"TMPDIR": str(searched.work / "tmp")})
        answer.without_traceback().exits(128 + getattr(signal, number))
        assert has_ended(int(answer.stdout))
        assert not list((searched.work / "tmp").iterdir())


def test_a_command_that_is_ended_ends_its_pager(searched: Home) -> None:
    said, pager = searched.work / "said", searched.work / "pager"
    pager.write_text(f"#!/bin/sh\necho $PPID $$ >{said}.new; mv {said}.new {said}; exec sleep 60\n")
    pager.chmod(0o755)
    variables = searched.variables({"PAGER": str(pager)})
    reading = pexpect.spawn(str(ZENML), ["history"], cwd=searched.work, env=variables, dimensions=(5, 80))
    eventually(said.exists)
    command, shows = map(int, said.read_text().split())
    assert command == reading.pid
    os.kill(command, signal.SIGTERM)
    reading.expect(pexpect.EOF)
    reading.close()
    assert reading.exitstatus == 128 + signal.SIGTERM
    assert has_ended(shows)


def test_a_change_that_is_ended_is_not_recorded_and_leaves_no_draft(used: Home) -> None:
    used.done("init")
    script = """
        import os, signal, sys
        sys.argv = ["zenml", *{words!r}]
        from zenml.cli.entry import main
        from {module} import {name} as real
        import {module}
        def ended(*given, **named):
            os.kill(os.getpid(), signal.{number})
            return real(*given, **named)
        {module}.{name} = ended
        main()
    """
    moments = (
        ("SIGTERM", "os", "fsync", ("stack", "set", "new")),
        ("SIGHUP", "os", "fsync", ("metadata-store", "register", "db", *SECRET)),
        ("SIGQUIT", "zenml.unit_of_work.notes", "before", ("stack", "rename", "new", "newer")),
    )
    used.done("stack", "register", "new", "-a", "default", "-o", "default")
    before = used.done("history", "--all", "-o", "json").stdout
    for number, module, name, words in moments:
        answer = used.python(script.format(number=number, module=module, name=name, words=words))
        answer.without_traceback().exits(128 + getattr(signal, number))
        assert used.done("history", "--all", "-o", "json").stdout == before
        assert [path.name for path in (used.work / ".zen").iterdir()] == ["config.yaml"]
        assert not list(used.config.glob("ledger.key*"))
    assert (used.config / "attempts.jsonl").read_text().count('"outcome": "interrupted"') == len(moments)


def test_a_signal_that_was_ignored_stays_so(used: Home) -> None:
    script = "import os, signal; from zenml.cli.mistakes.failures import end_in_order; end_in_order(); {}"
    kill = "os.kill(os.getpid(), signal.SIGHUP)"
    command = ["sh", "-c", f"trap '' HUP; exec {sys.executable} -c '{script.format(kill)}; print(1)'"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "1\n"
    twice = f"""{script.format("")}
try:
    {kill}
except BaseException as error:
    {kill}
    print(error.exit_code)"""
    done = subprocess.run([sys.executable, "-c", twice], capture_output=True, text=True, check=True)
    assert done.stdout == "129\n"


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_what_was_broken_off_in_the_middle_says_nothing(name: str) -> None:
    script = f"""
import os, signal
from zenml.cli.mistakes.failures import end_in_order
end_in_order()
class HalfMade:
    def __del__(self):
        raise AttributeError("is not made yet")
try:
    half_made = HalfMade()
    os.kill(os.getpid(), signal.{name})
except BaseException:
    del half_made
    print("ended")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("ended\n", "")


def test_a_throw_away_folder_goes_whatever_ends_its_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with contextlib.suppress(EndedError), throw_away_folder("test") as name:
        assert Path(name).stat().st_mode & 0o777 == 0o700
        (Path(name) / "below").mkdir()
        raise EndedError(signal.SIGTERM)
    assert not list(tmp_path.iterdir())


def ends_in_order(code: str, number: signal.Signals) -> None:
    """Runs a program that sends itself a signal; it must end by that, and with no traceback."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert (done.returncode, "Traceback" in done.stderr) == (128 + number, False), done.stderr


WHILE_IMPORTED = """
import os, signal, sys, time
from zenml.cli.mistakes.failures import end_in_order, guarded

class Signalling:
    def find_spec(self, name, path=None, target=None):
        if name == "{name}":
            os.kill(os.getpid(), signal.{signal})

def run():
    sys.meta_path.insert(0, Signalling())
    import orjson
    while True:
        time.sleep(0.01)

end_in_order()
sys.exit(guarded(run))
"""


@pytest.mark.parametrize("name", ["datetime", "uuid", "dataclasses", "inspect", "json"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_while_a_module_is_imported_that_cannot_bear_it(number: signal.Signals, name: str) -> None:
    code = WHILE_IMPORTED.format(name=name, signal=number.name)
    ends_in_order(code, number)


WHILE_THROWN_AWAY = """
import _frozen_importlib, _imp, os, signal, sys, time
from zenml.cli.mistakes.failures import end_in_order, guarded

class Thrown:
    def __del__(self):
        os.kill(os.getpid(), signal.{signal})
        time.sleep(0)

class Profile:
    def __init__(self):
        self.sent = False
    def __call__(self, frame, event, arg):
        if frame.f_code.co_name == "cb" and not self.sent:
            self.sent = True
            os.kill(os.getpid(), signal.{signal})

def run():
    if {imports}:
        sys.setprofile(Profile())
        import wave
        sys.setprofile(None)
    else:
        Thrown()
    while True:
        time.sleep(0.01)

end_in_order()
sys.exit(guarded(run))
"""


@pytest.mark.parametrize("imports", [True, False], ids=["lock", "object"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_while_something_is_thrown_away_is_not_lost(number: signal.Signals, imports: bool) -> None:
    code = WHILE_THROWN_AWAY.format(imports=imports, signal=number.name)
    ends_in_order(code, number)
