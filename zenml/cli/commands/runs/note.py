"""``zenml runs note``."""

from __future__ import annotations

from typing import Optional

from zenml.api.looking_back import LookingBack
from zenml.api.runs.run_object import Run, current_run, run_of
from zenml.cli.answers.open_at import catching_up
from zenml.cli.mistakes.misused import MisusedError
from zenml.cli.options.declared import Argument, Option
from zenml.cli.screen.notices import notice
from zenml.domain.annotations import Annotated
from zenml.runs.looking.files import RecordedRuns
from zenml.runs.looking.finding_runs import find_row

_TEXTS = Optional[list[str]]  # noqa: UP045 - it is read at run time


def note(
    run: Annotated[
        Optional[str],  # noqa: UP045
        Argument(metavar="[RUN]", help="The run; the one that this is a part of by default", show_default=False),
    ] = None,
    artifact: Annotated[
        _TEXTS,
        Option(
            "--artifact",
            metavar="NAME=URI[@sha256:HEX]",
            help="Something that it made or used (can be repeated)",
        ),
    ] = None,
    link: Annotated[
        _TEXTS,
        Option("--link", metavar="ENGINE=URL", help="Where else the run is shown (can be repeated)"),
    ] = None,
) -> None:
    """Note what a run made or used, and where else it is shown.

    Example: zenml runs note nightly --artifact model=s3://models/7
    """
    if not artifact and not link:
        raise MisusedError(
            "There is nothing to note.", 'Give --artifact or --link, as in "zenml runs note --link mlflow=URL".'
        )
    artifacts = [_artifact(*_pair("--artifact", "NAME=URI", text)) for text in artifact or ()]
    links = [_pair("--link", "ENGINE=URL", text) for text in link or ()]
    meant = current_run() if run is None else _named(run)
    for name, uri, digest in artifacts:
        meant.note_artifact(name, uri, digest)
    for engine, url in links:
        meant.note_link(engine, url=url)
    notice(f"Noted of run {meant.letters[:8]}.")


def _pair(option: str, form: str, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise MisusedError(f"{option} takes {form}, and not '{text}'.", f'Write it so: "{option} {form}".')
    return name, value


def _artifact(name: str, uri: str) -> tuple[str, str, str | None]:
    """Returns an artifact; what stands behind the last ``@sha256:`` is its digest."""
    place, sign, digest = uri.rpartition("@sha256:")
    return (name, place, digest) if sign else (name, uri, None)


def _named(run: str) -> Run:
    asking = LookingBack(notify=notice, progress=catching_up)
    with (
        asking.reading() as snapshot,
        RecordedRuns(asking.config_directory, asking._with_runs_of_others(snapshot).ledger_id) as recorded,
    ):
        row = find_row(snapshot, recorded, run)
        ledger_id = snapshot.ledger_id
    return run_of(asking, row.run_id, ledger_id, row.position)
