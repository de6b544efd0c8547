"""What ``zenml runs show`` prints."""

from __future__ import annotations

import sys

from zenml.cli.answers.differences import HEADING, DiffLine, write
from zenml.cli.answers.open_at import open_at
from zenml.cli.answers.runs.listed import command_line
from zenml.cli.screen.notices import announce
from zenml.cli.screen.output import TABLE, emit
from zenml.domain.change_ids import letters
from zenml.domain.component_types import reference
from zenml.domain.suggestions import typed
from zenml.domain.visible import visible
from zenml.history.changed_things import value_text
from zenml.runs.looking.unfinished import LOST
from zenml.snapshot.ages import age, duration, exact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from zenml.runs.looking.details import RunDetails
    from zenml.runs.looking.info import RunInfo


def show_run(word: str, output: str = TABLE) -> None:
    """Prints all there is to know of a run."""
    repository = open_at(None)
    with repository.reading() as snapshot:
        announce(repository, snapshot)
    details = repository.get_run(word)
    if output == TABLE:
        write(_lines(details))
    else:
        emit({"run": details.document()}, output)


def code_line(code: dict[str, Any] | None) -> str:
    """Returns which code a run found, in words; nothing if that was not recorded."""
    if code is None:
        return ""
    words = [f"commit {code['commit']}" if code["commit"] else "no commit yet"]
    words += ["with changes that were not committed"] * bool(code["dirty"])
    return ", ".join([*words, *([f"of {code['remote']}"] if code["remote"] else [])])


def outcome_line(run: RunInfo) -> str:
    """Returns what became of a run, in words."""
    if run.signal is not None:
        return f"{run.outcome} by {run.signal} (exit code {run.exit_code})"
    if run.exit_code is not None:
        return f"{run.outcome} (exit code {run.exit_code})"
    if run.outcome == LOST:
        return f"{LOST}: its process is gone, and nobody knows how it ended"
    return run.outcome


def _lines(details: RunDetails) -> list[DiffLine]:
    info = details.info
    title = f"run {info.run}" + (f" '{info.name}'" if info.name else "")
    drawn = [DiffLine(visible(f"{title}: {command_line(info) or 'a block of Python'}"), HEADING)]
    drawn += [DiffLine(f"  {name:9} {visible(text)}") for name, text in _facts(details) if text]
    drawn += [DiffLine(), DiffLine("Configuration", HEADING), *_configuration(details)]
    if info.parameters:
        drawn += [DiffLine(), DiffLine("Parameters of the run", HEADING)]
        drawn += _values(info.parameters)
    if details.notes:
        drawn += [DiffLine(), DiffLine("Notes", HEADING)]
        drawn += [DiffLine(f"  {visible(_note(note))}") for note in details.notes]
    return drawn


def _facts(details: RunDetails) -> Iterator[tuple[str, str]]:
    """Yields what a run says of itself, under one-word headings; empty where it says nothing."""
    info = details.info
    ago = f" ({age(info.started)} ago)" if sys.stdout.isatty() else ""
    yield "outcome", outcome_line(info)
    yield "who", f"{info.actor or 'unknown'} ({info.actor_kind})" + (f" on {info.host}" if info.host else "")
    yield "when", exact(info.started) + ago
    yield "ended", f"{exact(info.ended)}, after {_lasted(info.started, info.ended)}" if info.ended else ""
    yield "why", info.reason or ""
    yield "where", info.folder or ""
    yield "code", code_line(info.code)
    yield "software", _software(info.software)
    yield "secrets", ", ".join(info.secrets)
    yield "like", letters(info.like) if info.like else ""
    yield "part of", letters(info.parent) if info.parent else ""
    yield "id", f"{info.letters}, {info.run_id}"


def _configuration(details: RunDetails) -> Iterator[DiffLine]:
    info = details.info
    if details.components is None:
        yield DiffLine(f"  stack {visible(info.stack)}, as of position {info.position} of ledger")
        yield DiffLine(f"  {info.profile_ledger_id}: this machine's copy ends before it")
        return
    yield DiffLine(visible(f"  stack {info.stack}, as of change {details.change}: {details.summary}"))
    for component in details.components:
        name = reference(component.component_type, component.name)
        yield DiffLine(visible(f"  {name} ({component.flavor})"))
        yield from (DiffLine(f"  {line.text}") for line in _values(component.parameters))
    line = f"zenml stack describe {typed(info.stack)} --at {details.change}"
    yield DiffLine(f'  "{visible(line)}" shows the stack as it was')


def _values(values: dict[str, Any]) -> list[DiffLine]:
    width = max(map(len, values), default=0)
    return [DiffLine(visible(f"  {name:{width}}  {value_text(value)}")) for name, value in values.items()]


def _note(note: dict[str, Any]) -> str:
    """Returns a note as a line: what it is, and all it has."""
    told = (
        f"{note['kind']} "
        + {
            "link": lambda: " ".join(filter(None, (note["engine"], note["external_id"], note["url"]))),
            "artifact": lambda: _artifact(note),
            "step": lambda: f"{note['step']}: {note['outcome']}",
        }[note["kind"]]()
    )
    return f"{exact(note['time'])}  {told}"


def _artifact(note: dict[str, Any]) -> str:
    digest = f" (SHA-256 {note['digest']})" if note["digest"] else ""
    return f"{note['name']} at {note['uri'] or 'a place that was redacted'}{digest}"


def _software(software: dict[str, Any]) -> str:
    lock = f", packages as in the file with SHA-256 {software['lock']}" if software["lock"] else ""
    return f"zenml {software['zenml']}, Python {software['python']}, {software['platform']}{lock}"


def _lasted(started: str, ended: str) -> str:
    from datetime import datetime

    passed = datetime.fromisoformat(ended) - datetime.fromisoformat(started)
    return f"{passed.total_seconds():.1f} seconds" if passed.total_seconds() < 60 else duration(passed)
