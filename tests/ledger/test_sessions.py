"""What a session is, and which sessions plain undo reaches from which."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from zenml.ledger import reach, sessions
from zenml.ledger.origin import Origin
from zenml.projections.timeline.history import ChangeRow

FIRST, SECOND = "tty 812 1043", "tty 990 77"
SCRIPT = "from zenml.ledger.sessions import session; print(session())"


def made(session: str | None, host: str | None = "laptop", repository: str | None = None) -> ChangeRow:
    return ChangeRow(
        7, "id", "letters", "change", "time", "ann", "person", "operating system user", None, host, session, None,
        None, repository, "summary", None,
    )  # fmt: skip


def asking(session: str, *, automation: bool = False, repository: str | None = None) -> Origin:
    kind = "automation" if automation else "person"
    return Origin("ann", kind, "operating system user", "laptop", session, None, repository, None, "1")


@pytest.mark.parametrize(
    ("row", "who", "where"),
    [
        # terminals of one person on one machine
        (made(FIRST), asking(FIRST), ""),
        (made(FIRST), asking(SECOND), ""),
        (made("tty 812 9999"), asking(FIRST), ""),  # the id of an earlier terminal's leader, which was used again
        (made("tty 812 0"), asking(FIRST), ""),  # nobody could say when it began
        (made(FIRST), asking(SECOND, automation=True), "another session"),
        (made(FIRST), asking(FIRST, automation=True), ""),
        # another machine, a container or a virtual one too, even with the same ids
        (made(FIRST, "server"), asking(FIRST), "another session on server"),
        (made(FIRST, "server"), asking(SECOND), "another session on server"),
        (made("812 1043", "server"), asking("812 1043"), "another session on server"),
        (made(FIRST, None), asking(FIRST), "another session"),
        (made(FIRST, None), asking(SECOND), "another session"),
        # without a terminal
        (made("812 1043"), asking("812 1043"), ""),
        (made("812 1043"), asking("812 9999"), "another session"),
        (made("812 1043"), asking("990 77"), "another session"),
        (made("990 77"), asking(FIRST), "another session"),
        (made(FIRST), asking("990 77"), "another session"),
        (made(None), asking(FIRST), "another session"),
        # recorded before terminals counted: the same session is still the same one
        (made("812 1043"), asking(FIRST), ""),
        (made("812"), asking(FIRST), "another session"),
        # named
        (made("job"), asking("job"), ""),
        (made("job", "server"), asking("job"), ""),  # a job may go on in another container
        (made("job"), asking("other"), "another session"),
        (made("job", "server"), asking("other"), "another session on server"),
        (made("job"), asking(FIRST), "another session"),
        (made(FIRST), asking("job"), "another session"),
        (made("tty"), asking(FIRST), "another session"),
        (made("tty pts/3"), asking(FIRST), "another session"),
        (made("tty 1 2 3"), asking(FIRST), "another session"),
        (made("tty 1 -2"), asking(FIRST), "another session"),
        (made("tty ١ ٢"), asking(FIRST), "another session"),
        (made("named tty 1 2"), asking(FIRST), "another session"),
        (made("TTY 1 2"), asking(FIRST), "another session"),
        # repositories
        (made(FIRST, repository="/a"), asking(SECOND, repository="/a"), ""),
        (made(FIRST), asking(SECOND, repository="/a"), ""),
        (made(FIRST, repository="/a"), asking(SECOND), "the repository /a"),
        (made(FIRST, repository="/a"), asking(SECOND, repository="/b"), "the repository /a"),
        (made("job", repository="/a"), asking(SECOND, repository="/b"), "another session"),
    ],
)  # fmt: skip
def test_what_plain_undo_reaches(row: ChangeRow, who: Origin, where: str) -> None:
    assert reach.made_elsewhere(row, who) == where


@pytest.mark.parametrize("name", ["tty 1 2", "1 2", "tty 812 1043"])
def test_a_name_is_never_taken_for_a_session_of_the_system(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(sessions.VARIABLE, name)
    assert sessions.session() == f"named {name}"
    assert not sessions.is_terminal(sessions.session())


@pytest.mark.parametrize("name", ["job", "7", "tty", "tty 1", "tty 1 2 ", "tty a b", "quickstart", "1 2 3"])
def test_a_name_is_recorded_as_it_is(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(sessions.VARIABLE, name)
    assert sessions.session() == name
    assert not sessions.is_terminal(sessions.session())


def test_a_session_without_a_terminal_is_its_leader_and_when_that_started() -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import os; {SCRIPT}; print(os.getpid())"],
        start_new_session=True,
        capture_output=True,
        text=True,
        check=True,
        env={name: value for name, value in os.environ.items() if name != sessions.VARIABLE},
    )
    session, leader = done.stdout.split("\n")[:2]
    assert session.split()[0] == leader
    assert int(session.split()[1]) > 0


def test_a_process_with_an_odd_name_is_understood(tmp_path: Path) -> None:
    odd = tmp_path / ") S 1 (\udcff"
    os.symlink(sys.executable, odd)
    code = "import sys; from zenml.ledger import reach, sessions; print(*sessions.leader())"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [odd, "-c", code], start_new_session=True, capture_output=True, text=True, check=True, env=environment
    )
    process, started, terminal = done.stdout.split()
    assert (int(process) > 1, int(started) > 0, terminal) == (True, True, "False")


def test_where_there_is_no_proc_the_start_is_asked_of_ps() -> None:
    # in a session of its own: whoever leads the session of the tests may have ended long ago
    code = (
        "import os, time; from zenml.ledger import reach, sessions\n"
        "sessions._stat = lambda process: None\n"
        "sessions._has_terminal = lambda: True\n"
        "print(os.getpid(), time.time()); print(sessions.session()); print(sessions.session())"
    )
    plain = {name: value for name, value in os.environ.items() if name != sessions.VARIABLE}
    environment = {**plain, "PYTHONPATH": os.pathsep.join(sys.path), "TZ": "America/New_York"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        start_new_session=True,
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    own, first, second = done.stdout.splitlines()
    process, now = own.split()
    kind, leader, started = first.split()
    assert (kind, leader, first) == ("tty", process, second)
    assert abs(float(now) - int(started)) < 3600  # it started just now, in UTC whatever the time zone


def test_where_nobody_can_say_when_it_started_it_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(sessions.VARIABLE, raising=False)
    monkeypatch.setattr(sessions, "_stat", lambda process: None)
    monkeypatch.setenv("PATH", "/nowhere")
    assert sessions.session().removeprefix("tty ") == f"{os.getsid(0)} 0"


def test_a_container_whose_terminal_is_outside_of_it_is_named_after_its_first_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(sessions.VARIABLE, raising=False)
    fields = ["S", "0", "0", "0", "34816", *["1"] * 14, "555", "1"]  # the session's id is 0
    monkeypatch.setattr(sessions, "_stat", lambda process: fields)
    assert sessions.session() == "tty 1 555"


@pytest.mark.parametrize(
    ("number", "name"),
    [(136 << 8 | 3, "pts/3"), (136 << 8 | 0xFF | 1 << 20, "pts/511"), (4 << 8 | 1, "tty1"), (5 << 8 | 1, "")],
)
def test_the_name_of_a_terminal_is_that_of_its_device(
    number: int, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = ["S", "1", "812", "812", str(number), *["0"] * 14, "1043"]
    monkeypatch.setattr(sessions, "_stat", lambda process: fields if process == "812" else None)
    assert sessions.device(FIRST) == name
    assert sessions.device("tty 812 1044") == ""  # its leader's id was used again
    assert sessions.device(SECOND) == ""
