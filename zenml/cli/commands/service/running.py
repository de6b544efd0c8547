"""``zenml service up``, ``status``, ``down`` and ``logs``."""

from __future__ import annotations

from typing import Optional

from zenml import paths
from zenml.cli.answers.service import running as answers
from zenml.cli.groups import Group
from zenml.cli.mistakes.misused import ExitError
from zenml.cli.options import kinds
from zenml.cli.options.declared import Option
from zenml.cli.options.reading_options import Output
from zenml.cli.screen.notices import NOTHING, PROFILE, announce, notice
from zenml.domain.annotations import Annotated
from zenml.domain.errors import REFUSED, NotAllowedError
from zenml.repository import Repository
from zenml.service import daemon, state
from zenml.service.listening import HOST, PORT, Certificate, check_exposure, checked_proxies
from zenml.snapshot.profiles import profile_named


def add_to(app: Group) -> None:
    """Adds the commands to the group of those of the service."""
    app.command("up")(up)
    app.command("status")(status)
    app.command("down")(down)
    app.command("logs")(logs)


def up(
    port: Annotated[
        Optional[int],  # noqa: UP045 - it is read at run time
        Option("--port", min=0, max=65535, help=f"Where it listens; {PORT} by default, 0 for any that is free"),
    ] = None,
    host: Annotated[
        Optional[str],  # noqa: UP045
        Option("--host", metavar="ADDRESS", help=f"Who can reach it; {HOST}, this machine alone, by default"),
    ] = None,
    profile: Annotated[
        Optional[str],  # noqa: UP045
        kinds.option(
            "profile", "--profile", metavar="NAME", help="The profile it serves; the active one by default"
        ),
    ] = None,
    blocking: Annotated[
        bool, Option("--blocking", help="Stay in the foreground, and log to standard error too")
    ] = False,
    certfile: Annotated[
        Optional[str],  # noqa: UP045
        Option("--certfile", metavar="FILE", help="Encrypt with this certificate (PEM, with its chain)"),
    ] = None,
    keyfile: Annotated[
        Optional[str],  # noqa: UP045
        Option("--keyfile", metavar="FILE", help="Its key, if that is in another file"),
    ] = None,
    insecure: Annotated[
        bool, Option("--insecure", help="Let others reach it without encryption, as behind a proxy")
    ] = False,
    forwarded_allow_ips: Annotated[
        Optional[str],  # noqa: UP045
        Option(
            "--forwarded-allow-ips",
            metavar="ADDRESSES",
            help=f"Proxies that are believed for whom they ask, as in 10.0.0.5,10.1.0.0/16; {HOST} by default",
        ),
    ] = None,
) -> None:
    """Start the service, in the background.

    It serves one profile until it is ended, whatever is made active later. Its paths are described at /docs.

    Example: zenml service up --port 8237
    """
    repository = Repository(notify=notice)
    with repository.reading() as snapshot:
        announce(repository, snapshot, uses=PROFILE if profile is None else NOTHING)
        name = snapshot.profile(profile).name
        row = profile_named(snapshot.connection, snapshot.machine_id, name)
        if row.store_type == "rest":
            raise NotAllowedError(
                f"Profile '{name}' is kept by a service already, and is served there.", code="served_elsewhere"
            )
        ledger_id = row.profile_ledger_id
    config_directory = repository.config_directory
    if (found := state.running(config_directory)) is not None:
        answers.say_that_it_runs(found, host, port, profile)
        return
    daemon.check_installed()
    certificate, proxies = Certificate.of(certfile, keyfile), checked_proxies(forwarded_allow_ips or HOST)
    if not insecure:
        check_exposure(host or HOST, certificate)
    address = (host or HOST, PORT if port is None else port)
    answers.start(config_directory, (name, ledger_id), address, certificate, proxies, blocking=blocking)


def status(output: Output = "table") -> None:
    """Show whether the service runs, and where.

    The exit code is 0 if it runs, and 1 if it does not or does not answer.

    Example: zenml service status
    """
    if not answers.print_status(paths.config_directory(), output):
        raise ExitError(REFUSED)


def down() -> None:
    """End the service, after what is being answered.

    If it takes longer than ten seconds, it is killed.

    Example: zenml service down
    """
    answers.end(paths.config_directory())


def logs(
    lines: Annotated[
        int, Option("--limit", "-n", metavar="COUNT", min=0, help="How many of the newest lines")
    ] = 50,
    following: Annotated[
        bool, Option("--follow", "-f", help="Then print each line as it is written, until interrupted")
    ] = False,
) -> None:
    """Print what the service noted.

    Each request is a line: when, who, what, the answer, and how long that took. No token is in it.

    Example: zenml service logs -n 20
    """
    answers.print_log(paths.config_directory(), lines, following=following)
