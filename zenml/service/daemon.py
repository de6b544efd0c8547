"""The process in the background: starting it, finding out whether it answers, ending it."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from importlib.util import find_spec
from typing import NamedTuple
from urllib.parse import urlsplit

from zenml.active.variables import PROFILE_VARIABLE, STACK_VARIABLE
from zenml.domain.errors import NotAllowedError
from zenml.files.started import started
from zenml.paths import CONFIG_VARIABLE, REPOSITORY_VARIABLE
from zenml.service import log, state
from zenml.service.listening import Certificate, listen, reached_at, url
from zenml.service.state import Instance

START_SECONDS = 60
"""After so many, a service that does not answer is given up."""

END_SECONDS = 10
"""After so many, one that was asked to end is killed."""

_LOOK_AGAIN = 0.05
_NEEDED = ("fastapi", "uvicorn", "fastapi_offline")


class Launch(NamedTuple):
    """What a service is to be.

    Attributes:
        config_directory: The configuration folder.
        profile: The profile that it serves.
        ledger_id: The profile's ledger.
        url: Where it is found.
        nonce: What tells it from any other one.
        certificate: What encrypts; None if nothing does.
        proxies: The addresses from which it is believed for whom they ask.
        place: The descriptor that keeps the place of the only service.
        socket: The descriptor on which it listens.
    """

    config_directory: str
    profile: str
    ledger_id: str
    url: str
    nonce: str
    certificate: Certificate | None
    proxies: str
    place: int
    socket: int

    def text(self) -> str:
        """Returns it for another process."""
        return json.dumps(self)

    @classmethod
    def of(cls, text: str) -> Launch:
        """Returns what `text` was made of."""
        launch = cls(*json.loads(text))
        return launch._replace(certificate=Certificate(*launch.certificate) if launch.certificate else None)


def check_installed() -> None:
    """Raises `NotAllowedError` if what the service needs is not there."""
    if sys.platform == "win32":
        raise NotAllowedError(
            "The service does not run on Windows.", "The Windows Subsystem for Linux can run it."
        )
    for package in _NEEDED:
        if find_spec(package) is None:
            raise NotAllowedError(
                f"The service needs the package {package.replace('_', '-')}, which is not installed.",
                code="driver_missing",
                extra="service",
            )


def prepared(
    stack: ExitStack,
    config_directory: str,
    profile: tuple[str, str],
    address: tuple[str, int],
    certificate: Certificate | None,
    proxies: str,
) -> Launch:
    """Returns what a service is to be, with its place taken and its port open until the stack ends.

    Args:
        stack: What closes both in this process.
        config_directory: The configuration folder.
        profile: The name of the profile, and its ledger.
        address: Host and port.
        certificate: What encrypts.
        proxies: The addresses from which it is believed for whom they ask.

    Raises:
        NotAllowedError: Another one has the place, or the port cannot be used.
    """
    place = state.take_place(config_directory)
    if place is None:
        raise NotAllowedError(
            "Another service runs, or is just being started, in this configuration folder.",
            code="service_place_taken",
        )
    stack.callback(os.close, place)
    listening = stack.enter_context(listen(*address))
    found = url(address[0], listening.getsockname()[1], certificate)
    return Launch(
        config_directory, *profile, found, secrets.token_hex(8), certificate, proxies, place, listening.fileno()
    )


def start(launch: Launch, tell: Callable[[int, int], None]) -> None:
    """Starts a service in the background and waits until it answers.

    Args:
        launch: What it is to be.
        tell: Called with the seconds that passed and those that may.

    Raises:
        NotAllowedError: It ended, or does not answer.
    """
    path = log.log_file(launch.config_directory)
    position, output = log.size(path), log.open_log(path)
    # where it is started and what is active there decide nothing: it serves what it is told to
    chosen = {REPOSITORY_VARIABLE, PROFILE_VARIABLE, STACK_VARIABLE}
    environment = {name: value for name, value in os.environ.items() if name not in chosen}

    def begin() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "zenml.service"],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            cwd="/",
            env={**environment, CONFIG_VARIABLE: launch.config_directory},
            pass_fds=(launch.place, launch.socket),
            start_new_session=True,
            text=True,
        )

    def end(process: subprocess.Popen[str]) -> None:
        process.kill()
        process.wait()
        state.forget(launch.config_directory, launch.nonce)

    with ExitStack() as stack:
        stack.callback(os.close, output)
        process = stack.enter_context(started(begin, end))
        assert process.stdin
        with process.stdin:
            process.stdin.write(launch.text())
        _wait(process, launch, tell, lambda: log.said_since(path, position))
        process.returncode = 0  # it goes on, and nobody waits for it


def _wait(
    process: subprocess.Popen[str], launch: Launch, tell: Callable[[int, int], None], said: Callable[[], list[str]]
) -> None:
    began = time.monotonic()
    while not answers(launch.url, launch.nonce):
        passed = time.monotonic() - began
        if process.poll() is not None:
            raise _not_started("it ended at once", said())
        if passed > START_SECONDS:
            raise _not_started(f"it did not answer within {START_SECONDS} seconds", said())
        tell(int(passed), START_SECONDS)
        time.sleep(_LOOK_AGAIN)


def _not_started(why: str, said: list[str]) -> NotAllowedError:
    error = NotAllowedError(
        "\n".join([f"The service could not be started: {why}. The end of its log:" if said else why, *said]),
        code="service_not_started",
    )
    error.in_lines = True
    return error


def answers(address: str, nonce: str) -> bool:
    """Tells whether a service answers there, and is the one of this nonce and no other program."""
    where = urlsplit(reached_at(address))
    connection: http.client.HTTPConnection
    if where.scheme == "https":
        # whoever has the nonce is the one that was started; the certificate is for others, by its name
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection(where.hostname or "", where.port, timeout=2, context=trusting)
    else:
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=2)
    try:
        connection.request("GET", "/health")
        return bool(json.loads(connection.getresponse().read(4096))["nonce"] == nonce)
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return False
    finally:
        connection.close()


def end(found: Instance, config_directory: str, tell: Callable[[int, int], None]) -> bool:
    """Ends a service that runs.

    Args:
        found: The service.
        config_directory: The configuration folder.
        tell: Called with the seconds that passed and those that may.

    Returns:
        Whether it ended by itself; else it was killed.

    Raises:
        NotAllowedError: Somebody else started it.
    """
    by_itself = _ended(found, signal.SIGTERM, tell)
    if not by_itself:
        _ended(found, signal.SIGKILL, tell)
    state.forget(config_directory, found.nonce)
    return by_itself


def _ended(found: Instance, how: signal.Signals, tell: Callable[[int, int], None]) -> bool:
    try:
        os.kill(found.pid, how)
    except ProcessLookupError:
        return True
    except PermissionError as error:
        raise NotAllowedError(
            "The service was started by somebody else, whom the system does not let you end.",
            f"Whoever started it, or an administrator, can end process {found.pid}.",
        ) from error
    began = time.monotonic()
    while found.is_running:
        passed = time.monotonic() - began
        if passed > END_SECONDS:
            return False
        tell(int(passed), END_SECONDS)
        time.sleep(_LOOK_AGAIN)
    return True
