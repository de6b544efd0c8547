"""``zenml ui`` as it is started and ended."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from typing import IO, NamedTuple

import pytest

from tests.cli.test_imports import imported
from tests.page.pages import ServedPage, letters, recorded
from tests.support.program import SECONDS, ZENML, Home

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has no such signals")

AT_ONCE = 30
"""Seconds in which a page that is to end has ended, on a machine that does much else: it waits one at the most."""


class Running(NamedTuple):
    """A page that a process of its own serves, and the address that it printed."""

    process: subprocess.Popen[str]
    address: str
    page: ServedPage

    def visit(self) -> ServedPage:
        """Uses the token, and returns the page as who was let in sees it."""
        answer = self.page.ask("GET", self.address.removeprefix(self.page.origin))
        assert answer.status == 303
        return replace(self.page, session=answer.headers["set-cookie"].partition(";")[0].partition("=")[2])

    def end(self, number: int = signal.SIGINT) -> str:
        """Ends it by a signal, and returns what it said besides the address."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=AT_ONCE)
        assert "Traceback" not in said, said
        return said


@contextmanager
def running(home: Home, *options: str, env: dict[str, str] | None = None, port: int = 0) -> Iterator[Running]:
    """Starts a page, and kills it in the end if it still runs."""
    process = subprocess.Popen(
        [str(ZENML), "ui", "--port", str(port), *options],
        cwd=home.work,
        env=home.variables(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        address = printed(process.stdout)
        ((number, token),) = re.findall(r"^http://127\.0\.0\.1:(\d+)/\?token=(\S+)$", address)
        yield Running(process, address, ServedPage(int(number), home, token))
    finally:
        process.kill()
        process.communicate()


def printed(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.readline().strip()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda it: it.name)
def test_a_signal_ends_it_though_a_page_is_open_that_waits_for_news(number: signal.Signals, used: Home) -> None:
    with running(used, "--no-browser") as ui:
        page = ui.visit()
        newest = re.findall(r'data-after="(\w+)"', page.get("/").html)[0]
        with closing(HTTPConnection("127.0.0.1", page.port, timeout=SECONDS)) as connection:
            connection.request("GET", f"/live?after={newest}", headers={"Cookie": page.cookie})
            news = connection.getresponse()
            assert news.readline() == b": here\n"
            said = ui.end(number)
            assert ui.process.returncode == 128 + number
            assert not news.read().strip()  # it was ended, not cut off: else this raises
    assert "The address lets one in once. End with Ctrl-C." in said
    assert page.token not in said


def test_who_sends_half_of_a_request_and_nothing_more_holds_nothing_up(used: Home) -> None:
    with running(used, "--no-browser") as ui, socket.create_connection(("127.0.0.1", ui.page.port)) as half:
        half.sendall(f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{ui.page.port}\r\nContent-Length: 9\r\n\r\na".encode())
        ui.visit()
        ui.end()
        assert ui.process.returncode == 130


def test_started_again_it_is_where_it_was(used: Home) -> None:
    with running(used, "--no-browser") as ui:
        ui.visit()
        ui.end()
    with running(used, "--no-browser", port=ui.page.port) as again:
        assert again.page.port == ui.page.port
        assert again.page.token != ui.page.token


def test_a_port_that_is_taken_is_named(used: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = used.run("ui", "--no-browser", "--port", str(port), check=1)
    assert f"Port {port} cannot be used: Address already in use." in result.stderr
    assert 'Run "zenml ui --port 0"' in result.stderr
    assert result.stdout == ""


def test_what_one_page_knows_another_one_does_not(used: Home) -> None:
    with running(used, "--no-browser") as one, running(used, "--no-browser") as other:
        assert one.page.port != other.page.port
        visit = other.visit()
        assert visit.get("/").status == 200
        assert one.page.ask("GET", "/", headers={"Cookie": visit.cookie}).status == 401


@pytest.mark.parametrize("module", ["fastapi", "python_multipart", "uvicorn"])
def test_what_is_not_installed_is_named(module: str, used: Home) -> None:
    hidden = f"""
        import importlib.util, sys
        real = importlib.util.find_spec
        importlib.util.find_spec = lambda name, *more: None if name == {module!r} else real(name, *more)
        sys.argv = ["zenml", "ui", "--no-browser"]
        from zenml.cli.entry import main
        main()
    """
    result = used.python(hidden)
    assert result.exit == 1
    assert f"The page needs the package {module.replace('_', '-')}, which is not installed." in result.stderr
    assert "pip install 'zenml-ledger[ui]'" in result.stderr


def test_the_first_run_has_a_page(home: Home) -> None:
    with running(home, "--no-browser") as ui:
        assert "create profile" in ui.visit().get("/").text
        assert "Created and activated default profile." in ui.end()


def test_it_only_shows_unless_it_is_to_write(used: Home) -> None:
    for options, shown in (((), "read-only"), (("--write",), "may undo")):
        with running(used, "--no-browser", *options) as ui:
            assert shown in ui.visit().get("/").text


def test_what_it_undoes_is_recorded_with_how_it_was_started(used: Home) -> None:
    used.done("stack", "register", "s", "-a", "default", "-o", "default")
    with running(used, "--no-browser", "--write") as ui:
        assert ui.visit().undo(letters(used, "-n", "1")[0]).status == 303
    (undo,) = recorded(used, "-n", "1")
    assert undo["command"] == "zenml ui --port 0 --no-browser --write"
    assert (undo["kind"], undo["reason"]) == ("undo", "why not")


BROWSER = """#!/bin/sh
umask 077
printf '%s\\n' "$@" >"$SEEN/arguments.new"
cp "${1#file://}" "$SEEN/page.html"
ls -ld "${1#file://}" "$(dirname "${1#file://}")" >"$SEEN/modes"
mv "$SEEN/arguments.new" "$SEEN/arguments"
"""


@pytest.fixture
def browser(used: Home) -> dict[str, str]:
    """What makes a program the browser that notes what it is started with, and where it does."""
    seen = used.folder("seen")
    program = used.folder("bin") / "browse"
    program.write_text(BROWSER)
    program.chmod(stat.S_IRWXU)
    return {"BROWSER": str(program), "SEEN": str(seen), "TMPDIR": str(used.folder("tmp"))}


def opened(seen: Path) -> list[str]:
    """Waits for the browser, and returns what it was started with."""
    until = time.monotonic() + SECONDS
    while not (seen / "arguments").exists():
        assert time.monotonic() < until
        time.sleep(0.02)
    return (seen / "arguments").read_text().splitlines()


def test_the_token_is_in_no_list_of_processes(used: Home, browser: dict[str, str]) -> None:
    seen = Path(browser["SEEN"])
    with running(used, env=browser) as ui:
        (argument,) = opened(seen)
        assert argument.startswith("file:///")
        file = Path(argument.removeprefix("file://"))
        assert stat.S_IMODE(file.parent.stat().st_mode) == stat.S_IRWXU
        assert file.parent.stat().st_uid == os.geteuid()
        (there,) = re.findall(r'content="0;url=([^"]+)"', (seen / "page.html").read_text())
        assert there == ui.address
        ui.visit()
        ui.end()
        assert not file.parent.exists()


@pytest.mark.skipif(sys.platform == "darwin", reason="it always has one")
def test_where_there_is_no_screen_no_browser_takes_the_terminal(used: Home, browser: dict[str, str]) -> None:
    del browser["BROWSER"]
    lynx = used.work / "bin" / "lynx"
    lynx.write_text(BROWSER)
    lynx.chmod(stat.S_IRWXU)
    with running(used, env={**browser, "PATH": f"{lynx.parent}{os.pathsep}{os.environ['PATH']}"}) as ui:
        ui.visit()
        ui.end()
    assert not list(Path(browser["SEEN"]).iterdir())


def test_a_browser_that_is_not_there_is_no_error(used: Home, browser: dict[str, str]) -> None:
    with running(used, env={**browser, "BROWSER": "/nowhere/browser"}) as ui:
        ui.visit()
        ui.end()
        assert ui.process.returncode == 130


def test_what_is_chosen_meanwhile_is_not_what_it_shows(used: Home) -> None:
    with running(used, "--no-browser") as ui:
        page = ui.visit()
        used.done("profile", "create", "other", "--set")
        used.done("stack", "rename", "default", "elsewhere")
        shown = page.get("/").text
        assert "profile default" in shown
        assert "elsewhere" not in shown
        used.done("profile", "rename", "default", "first")
        assert page.get("/").status == 200
        used.done("profile", "delete", "first")
        answer = page.get("/")
        assert answer.status == 404
        assert "What this page was started for is not here any more; start it again." in answer.text


@pytest.mark.parametrize("words", [["ui", "--help"], ["history"], ["show"], ["status"], ["undo", "--dry-run"]])
def test_no_other_command_and_no_help_imports_what_the_page_needs(words: list[str], used: Home) -> None:
    used.done("stack", "register", "s", "-a", "default", "-o", "default")
    needed = {"fastapi", "starlette", "uvicorn", "python_multipart", "jinja2", "asyncio", "zenml.page"}
    assert imported(used, words, needed)[2:] == []
