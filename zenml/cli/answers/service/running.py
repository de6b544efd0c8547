"""What the commands of the service print."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from urllib.parse import urlsplit

from zenml.cli.screen.notices import notice
from zenml.cli.screen.output import TABLE, emit
from zenml.cli.screen.progress import progress
from zenml.domain.errors import NotAllowedError, NotFoundError
from zenml.domain.visible import visible
from zenml.service import daemon, log, state
from zenml.service.listening import Certificate, url
from zenml.service.state import Instance


def say_that_it_runs(found: Instance, host: str | None, port: int | None, profile: str | None) -> None:
    """Prints that the service runs already, and where.

    Args:
        found: The service.
        host: Where it was to be started now; None if that was not said.
        port: The port, likewise.
        profile: The profile, likewise.

    Raises:
        NotAllowedError: It runs otherwise than it was to be started.
    """
    where = urlsplit(found.url)
    asked = [
        *(
            [f"host {host}"]
            if host is not None and urlsplit(url(host, 1, None)).hostname != where.hostname
            else []
        ),
        *([f"port {port}"] if port not in (None, 0, where.port) else []),
        *([f"profile '{profile}'"] if profile not in (None, found.profile) else []),
    ]
    if asked:
        raise NotAllowedError(
            f"Zenml Service already runs at '{found.url}' with profile '{found.profile}'; "
            f"{' and '.join(asked)} would need another start.",
            code="service_runs_otherwise",
        )
    print(f"Zenml Service already runs at '{found.url}'.")


def start(
    config_directory: str,
    profile: tuple[str, str],
    address: tuple[str, int],
    certificate: Certificate | None,
    proxies: str,
    *,
    blocking: bool,
) -> None:
    """Starts the service, and says so. Takes and raises what `daemon.prepared` and `daemon.start` do.

    Args:
        config_directory: The configuration folder.
        profile: The name of the profile, and its ledger.
        address: Host and port.
        certificate: What encrypts.
        proxies: The addresses from which it is believed for whom they ask.
        blocking: Whether this process serves, until a signal ends it.
    """

    def say() -> None:
        print(f"Zenml Service running at '{launch.url}'.", flush=True)

    with ExitStack() as stack:
        launch = daemon.prepared(stack, config_directory, profile, address, certificate, proxies)
        print("Provisioning resources for service 'zen_service'.", flush=True)
        if blocking:
            from zenml.service.running import run  # a second, and an extra

            run(launch, screen=True, began=say)
            return
        with progress("Starting the service", "seconds") as tell:
            daemon.start(launch, tell)
        say()


def print_status(config_directory: str, output: str) -> bool:
    """Prints whether the service runs and where; returns whether it does, and answers."""
    noted = state.read(config_directory)
    found = noted if noted is not None and noted.is_running else None
    is_answering = found is not None and daemon.answers(found.url, found.nonce)
    if output != TABLE:
        shown = ("url", "profile", "pid", "since")
        known = {name: getattr(found, name) if found else None for name in shown}
        emit({"service": {"running": found is not None, "answers": is_answering, **known}}, output)
    elif found is None:
        print("Zenml Service is not running." + (" It was killed." if noted else ""))
    else:
        print(f"Zenml Service {'running' if is_answering else 'does not answer'} at '{found.url}'.")
        print(
            visible(
                f"Profile '{found.profile}', process {found.pid}, since {found.since[:19].replace('T', ' ')}Z."
            )
        )
    return is_answering


def end(config_directory: str) -> None:
    """Ends the service and says so; that there is nothing to end is no error."""
    found = state.running(config_directory)
    if found is None:
        print("Zenml Service is not running.")
        return
    with progress("Ending the service", "seconds") as tell:
        by_itself = daemon.end(found, config_directory, tell)
    if not by_itself:
        notice(f"It did not end within {daemon.END_SECONDS} seconds, and was killed.")
    print(f"Zenml Service at '{found.url}' has ended.")


def print_log(config_directory: str, count: int, *, following: bool) -> None:
    """Prints the end of the log.

    Args:
        config_directory: The configuration folder.
        count: How many lines.
        following: Whether to go on with each line that is written.

    Raises:
        NotFoundError: There is no log.
    """
    path = log.log_file(config_directory)
    try:
        lines = log.last_lines(path, count)
    except FileNotFoundError as error:
        raise NotFoundError(
            "There is no log: no service was started here yet.", code="service_log_missing"
        ) from error
    for line in lines:
        print(visible(line))
    sys.stdout.flush()
    if following:
        for line in log.follow(path):
            print(visible(line), flush=True)
