"""The service as people start, find and end it, through the installed program."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.test_output import shapes
from tests.service.daemons import ask, certificate, files_of, free_port, status_of
from tests.support.program import ZENML, Home
from zenml.service import daemon, state
from zenml.service.processes import started

SECRET = "zt_abcd_" + "s3cr3t" * 8
NOT_RUNNING = "Zenml Service is not running."


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A machine with the profiles `default`, which is active, and `team`."""
    home = Home(tmp_path_factory.mktemp("machine").resolve())
    home.done("profile", "create", "team")
    return home


@pytest.fixture(scope="module")
def port(machine: Home) -> Iterator[int]:
    """Where a service runs on the machine."""
    port = free_port()
    answer = machine.done("service", "up", "--port", str(port))
    assert answer.stdout == (
        f"Provisioning resources for service 'zen_service'.\nZenml Service running at 'http://localhost:{port}/'.\n"
    )
    yield port
    machine.done("service", "down")


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Home]:
    """Another machine, on which nothing runs when a test begins and when it has ended."""
    home = Home(tmp_path.resolve())
    home.done("profile", "list")
    yield home
    home.done("service", "down")


def test_it_says_where_it_runs_and_since_when(machine: Home, port: int) -> None:
    said = machine.done("service", "status").stdout
    assert said.startswith(f"Zenml Service running at 'http://localhost:{port}/'.\nProfile 'default', process ")
    status = status_of(machine)
    assert (status["running"], status["answers"], status["profile"]) == (True, True, "default")
    os.kill(status["pid"], 0)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", status["since"])
    assert machine.done("server", "status").stdout == said


def test_it_has_a_session_of_its_own_and_holds_nothing_of_whoever_started_it(machine: Home, port: int) -> None:
    pid = status_of(machine)["pid"]
    assert os.getsid(pid) == pid
    if sys.platform == "linux":
        assert Path(f"/proc/{pid}/cwd").resolve() == Path("/")
        log = machine.config / "service" / "service.log"
        assert {Path(f"/proc/{pid}/fd/{number}").resolve() for number in (1, 2)} == {log}


def test_what_it_notes_is_for_its_owner_alone(machine: Home, port: int) -> None:
    assert (machine.config / "service").stat().st_mode & 0o777 == 0o700
    found = files_of(machine)
    assert [path.name for path in found] == ["lock", "service.log", "state.json"]
    assert {path.stat().st_mode & 0o777 for path in found} == {0o600}


def test_health_is_open_and_everything_else_needs_a_token(machine: Home, port: int) -> None:
    health = json.loads(ask(port, "/health").body)
    assert health["status"] == "ok"
    assert health["nonce"] == json.loads((machine.config / "service" / "state.json").read_text())["nonce"]
    for path in ("/", "/v1", "/nowhere", "/health/", "/docs/", "/static-offline-docs", "//"):
        for method in ("GET", "POST", "DELETE", "OPTIONS"):
            assert ask(port, path, method).status == 401, (method, path)
    for path in ("/v1", "/nowhere"):  # not too many wrong ones
        assert ask(port, path, Authorization=f"Bearer {SECRET}").status == 401, path
    for path in ("/static-offline-docs/../v1", "/static-offline-docs/%2e%2e/v1", "/static-offline-docs/none"):
        assert ask(port, path).status == 404, path


def test_the_page_of_the_paths_needs_no_internet(port: int) -> None:
    page = ask(port, "/docs")
    assert page.status == 200
    assert not re.findall(r"https?://|[\"'(]//", page.body)
    assert page.headers["content-security-policy"].startswith("default-src 'self';")
    files = re.findall(r'(?:src|href)="(/.+?)"', page.body)
    assert len(files) == 3
    for path in files:
        assert ask(port, path).status == 200, path
    assert json.loads(ask(port, "/openapi.json").body)["info"]["title"] == "zenml"


def test_no_token_is_in_the_log(machine: Home, port: int) -> None:
    ask(port, f"/v1?token={SECRET}", Authorization=f"Bearer {SECRET}")
    ask(port, f"/t/{SECRET}/stacks")
    ask(port, "/asked")
    text = (machine.config / "service" / "service.log").read_text()
    assert "GET /v1 401" in text
    assert "GET /t/***/stacks 401" in text
    assert "s3cr3t" not in text
    assert "token=" not in text
    (line,) = machine.done("service", "logs", "-n", "1").stdout.splitlines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ INFO 127\.0\.0\.1 GET /asked 401 \d+ ms", line)


def test_the_log_is_followed(machine: Home, port: int) -> None:
    following = subprocess.Popen(
        [ZENML, "service", "logs", "-f", "-n", "0"],
        env={**machine.variables(), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
    )
    assert following.stdout
    os.set_blocking(following.stdout.fileno(), False)
    said = b""
    for _ in range(200):
        ask(port, "/followed")
        time.sleep(0.05)
        with suppress(BlockingIOError):
            said += os.read(following.stdout.fileno(), 65536)
        if b"\n" in said:
            break
    following.send_signal(signal.SIGINT)
    assert following.wait(10) == 130
    following.stdout.close()
    assert b" GET /followed 401 " in said


def test_a_second_start_says_that_it_runs(machine: Home, port: int) -> None:
    runs = f"Zenml Service already runs at 'http://localhost:{port}/'"
    for words in ([], ["--port", str(port)], ["--profile", "default"], ["--host", "127.0.0.1"], ["--blocking"]):
        assert machine.done("service", "up", *words).stdout == f"{runs}.\n"
    for words, asked in (
        (["--port", "1234"], "port 1234"),
        (["--profile", "team"], "profile 'team'"),
        (["--host", "::1", "--port", "1234"], "host ::1 and port 1234"),
    ):
        answer = machine.run("service", "up", *words, check=1)
        assert f"Error: {runs} with profile 'default'; {asked} would need another start." in answer.stderr
        assert 'Hint: Run "zenml service down" first.' in answer.stderr


def test_another_configuration_folder_cannot_have_the_port(other: Home, port: int) -> None:
    for words in ([], ["--blocking"]):
        answer = other.run("service", "up", "--port", str(port), *words, check=1)
        assert f"Error: Port {port} of 127.0.0.1 is in use by another program." in answer.stderr
        assert f'Hint: Run "zenml service up --port {port + 1}"' in answer.stderr
    assert other.run("service", "status", check=1).stdout == f"{NOT_RUNNING}\n"


def test_what_is_made_active_later_changes_nothing(machine: Home, port: int) -> None:
    machine.done("profile", "set", "team")
    try:
        assert status_of(machine)["profile"] == "default"
    finally:
        machine.done("profile", "set", "default")


def test_a_profile_that_does_not_exist_is_refused(other: Home) -> None:
    answer = other.run("service", "up", "--profile", "defualt", check=1)
    assert "Error: Profile 'defualt' does not exist." in answer.stderr
    assert "Did you mean 'default'?" in answer.stderr
    assert not (other.config / "service").exists()


def test_nobody_is_reached_from_elsewhere_without_encryption(other: Home) -> None:
    for host in ("0.0.0.0", "::"):
        answer = other.run("service", "up", "--host", host, "--port", "0", check=1)
        assert f"Error: The service would answer on {host} without encryption" in answer.stderr
        assert "--insecure" in answer.stderr
    answer = other.run("service", "up", "--host", "no.such.host.invalid", check=1)
    assert "Error: There is no address for the host 'no.such.host.invalid'." in answer.stderr
    answer = other.run("service", "up", "--certfile", "none.pem", "--host", "0.0.0.0", check=1)
    assert "Error: The certificate none.pem cannot be used: No such file or directory." in answer.stderr
    assert "needs its certificate" in other.run("service", "up", "--keyfile", "none.pem", check=1).stderr


def test_without_the_extra_it_says_how_to_install_it(other: Home) -> None:
    site = other.folder("site")
    (site / "sitecustomize.py").write_text("import sys\nsys.modules['fastapi'] = None\n")
    answer = other.run("service", "up", "--port", "0", env={"PYTHONPATH": str(site)}, check=1)
    assert "Error: The service needs the package fastapi, which is not installed." in answer.stderr
    assert "Hint: Run \"pip install 'zenml-ledger[service]'\" to install it." in answer.stderr
    assert other.done("service", "down", env={"PYTHONPATH": str(site)}).stdout == f"{NOT_RUNNING}\n"


def test_a_start_that_fails_says_why(other: Home) -> None:
    site = other.folder("site")
    (site / "fastapi_offline.py").write_text("raise RuntimeError('it is broken')\n")
    answer = other.run("service", "up", "--port", "0", env={"PYTHONPATH": str(site)}, check=1)
    assert "Error: The service could not be started: it ended at once. The end of its log:" in answer.stderr
    assert "RuntimeError: it is broken" in answer.stderr
    assert "File" not in answer.stderr
    assert 'Hint: Run "zenml service logs" to see more.' in answer.stderr
    assert "Traceback" in (other.config / "service" / "service.log").read_text()
    assert other.run("service", "status", check=1).stdout == f"{NOT_RUNNING}\n"


def test_there_is_nothing_to_end_or_to_read_where_nothing_was_started(other: Home) -> None:
    assert other.done("service", "down").stdout == f"{NOT_RUNNING}\n"
    assert "Error: There is no log" in other.run("service", "logs", check=1).stderr


def test_it_is_ended_or_killed_and_the_next_one_starts_in_its_place(other: Home) -> None:
    port = free_port()
    other.done("service", "up", "--port", str(port), "--profile", "default")
    pid = status_of(other)["pid"]
    assert other.done("service", "down").stdout == f"Zenml Service at 'http://localhost:{port}/' has ended.\n"
    assert started(pid) is None
    assert "state.json" not in [path.name for path in files_of(other)]
    with socket.socket() as found:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(("127.0.0.1", port))
    other.done("service", "up", "--port", str(port))
    os.kill(status_of(other)["pid"], signal.SIGKILL)
    while (status := status_of(other))["running"]:
        time.sleep(0.01)
    assert list(status) == list(shapes()["service"])
    assert status == dict.fromkeys(status) | {"running": False, "answers": False}
    assert other.run("service", "status", check=1).stdout == f"{NOT_RUNNING} It was killed.\n"
    assert other.done("service", "down").stdout == f"{NOT_RUNNING}\n"
    other.done("service", "up", "--port", str(port))
    assert status_of(other)["answers"]


def test_there_is_one_at_a_time_also_while_it_starts(other: Home) -> None:
    place = state.take_place(str(other.config))
    assert place is not None
    assert state.take_place(str(other.config)) is None
    answer = other.run("service", "up", "--port", "0", check=1)
    assert "Error: Another service runs, or is just being started, in this configuration folder." in answer.stderr
    os.close(place)
    again = state.take_place(str(other.config))
    assert again is not None
    os.close(again)


def test_another_program_on_the_port_is_not_taken_for_it(machine: Home, port: int) -> None:
    nonce = json.loads(ask(port, "/health").body)["nonce"]
    assert daemon.answers(f"http://localhost:{port}/", nonce)
    assert not daemon.answers(f"http://localhost:{port}/", "another")
    assert not daemon.answers(f"https://localhost:{port}/", nonce)
    assert not daemon.answers(f"http://localhost:{free_port()}/", nonce)


def test_one_that_does_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon, "END_SECONDS", 0.2)
    (tmp_path / "service").mkdir()
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", deaf], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        since = started(process.pid) or ""
        found = state.Instance(process.pid, since, "http://localhost:1/", "n", "default", "", "")
        state.note(str(tmp_path), found)
        assert state.running(str(tmp_path)) == found
        assert daemon.end(found, str(tmp_path), lambda done, total: None) is False
        assert process.wait(5) == -signal.SIGKILL
        assert state.read(str(tmp_path)) is None


def test_the_number_of_its_process_alone_is_not_believed(other: Home) -> None:
    """Another program may have it by now, which nobody wants to end."""
    folder = other.config / "service"
    folder.mkdir(mode=0o700)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as bystander:
        noted = {"pid": bystander.pid, "started": "long ago", "url": "http://localhost:1/"}
        (folder / "state.json").write_text(
            json.dumps({**noted, "nonce": "n", "profile": "default", "since": "then", "ledger_id": ""})
        )
        assert not status_of(other)["running"]
        assert other.done("service", "down").stdout == f"{NOT_RUNNING}\n"
        assert bystander.poll() is None
        bystander.communicate(b"\n")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "x"}', '{"pid": 1}'])
def test_a_note_that_cannot_be_read_is_none(other: Home, text: str) -> None:
    folder = other.config / "service"
    folder.mkdir(mode=0o700)
    (folder / "state.json").write_text(text)
    assert other.run("service", "status", check=1).stdout == f"{NOT_RUNNING}\n"


@pytest.mark.parametrize(
    ("number", "scheme"), [(signal.SIGTERM, "http"), (signal.SIGINT, "https")], ids=["SIGTERM", "SIGINT and TLS"]
)
def test_in_the_foreground_a_signal_ends_it_in_order(other: Home, number: signal.Signals, scheme: str) -> None:
    port = free_port()
    encrypted = ["--certfile", "both.pem"] if scheme == "https" else []
    (other.work / "both.pem").write_bytes(certificate())
    running = subprocess.Popen(
        [ZENML, "service", "up", "--blocking", "--port", str(port), *encrypted],
        env=other.variables(),
        cwd=other.work,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout
    while line := running.stdout.readline():
        if line == f"Zenml Service running at '{scheme}://localhost:{port}/'.\n":
            break
    status = status_of(other)
    assert (status["answers"], status["pid"]) == (True, running.pid)
    running.send_signal(number)
    _, log = running.communicate(timeout=10)
    assert running.returncode == 0
    assert "GET /health 200" in log
    assert log.endswith("INFO The service has ended.\n")
    assert not status_of(other)["running"]


def test_a_key_that_does_not_fit_is_refused(other: Home) -> None:
    (other.work / "one.pem").write_bytes(certificate())
    (other.work / "other.pem").write_bytes(certificate())
    pair = ["--certfile", "one.pem", "--keyfile", "other.pem"]
    answer = other.run("service", "up", *pair, check=1)
    assert "Error: The certificate one.pem cannot be used: " in answer.stderr
    assert "mismatch" in answer.stderr.lower()
