"""What ``zenml audit redact`` lists, asks and says it did."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from zenml.cli.asking.terminal import ask_yes_or_no
from zenml.cli.mistakes.misused import ExitError, MisusedError, NoAnswerError
from zenml.cli.screen.notices import notice
from zenml.cli.screen.output import TABLE, emit
from zenml.cli.screen.progress import progress
from zenml.cli.screen.showing import show
from zenml.cli.screen.tables import BELOW, WRAPS, Column, Table
from zenml.domain.suggestions import typed
from zenml.domain.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zenml.api.redacting import Listed, Redacted
    from zenml.cli.answers.write_command import WriteCommand
    from zenml.redaction.found import FoundName, FoundSecret
    from zenml.redaction.reach import OutOfReach
    from zenml.repository import Repository

_WHY = {
    "equal": "is it",
    "contains": "contains it",
    "repeats": "repeats it",
    "chosen": "was named",
    "hash": "is a hash made with it",
}


def show_list(listed: Listed, run: WriteCommand) -> None:
    """Prints where it is, for people."""
    if run.output != TABLE:
        return
    rows = [
        (
            _ledger(listed, value.place.ledger_id),
            f"{value.place.position}{value.place.field}",
            value.change[:8],
            _WHY[value.why],
            value.excerpt,
        )
        for value in listed.finding.values
    ]
    if rows:
        show(Table(("LEDGER", "POSITION/FIELD", "CHANGE", "WHY", Column("EXCERPT", WRAPS)), rows))
    found = [file for file in listed.scan.found if file.state == "found"]
    if found:
        show(
            Table(
                (Column("FILE", WRAPS), Column("TIMES", BELOW)), [(file.shown, str(file.times)) for file in found]
            )
        )
    _tell_secrets(listed.finding.secrets)
    _tell_names(listed, listed.finding.names)


def _ledger(listed: Listed, ledger_id: str) -> str:
    if ledger_id == listed.machine_id:
        return "the machine's"
    return listed.profiles.get(ledger_id, ledger_id[:8])


def _tell_secrets(secrets: Sequence[FoundSecret]) -> None:
    for secret in secrets:
        notice(
            f"The secret '{secret.parameter}' of {secret.thing} is it, or contains it; it goes with its key: "
            f'"zenml secret shred {typed(secret.thing)} {typed(secret.parameter)}".'
        )


def _tell_names(listed: Listed, names: Sequence[FoundName]) -> None:
    for name in names:
        where = f"{name.place.position}{name.place.field} of {_ledger(listed, name.place.ledger_id)}"
        times = "once" if name.times == 1 else f"{name.times} times"
        notice(
            f"A name has it, and names stay: {name.excerpt} ({where}, {times}). Rename what is "
            "called so; the old name stays in the record."
        )


def carry_out(opened: Repository, listed: Listed, run: WriteCommand, *, yes: bool) -> None:
    """Asks, and takes out what was listed.

    Args:
        opened: Where.
        listed: What.
        run: How the command was asked.
        yes: Whether nobody is to be asked.
    """
    if run.dry_run:
        with progress("Trying", "events") as update:
            opened.redact(listed, progress=update) if listed.finding.values and run.reason else None
        if run.output != TABLE:
            emit({"redaction": _document(listed, None)}, run.output)
        _tell_unreachable(listed.unreachable, run)
        notice("Dry run: nothing was written.")
        return
    if not listed.is_empty and not yes:
        _ask(listed)
    with progress("Redacting", "events") as update:
        done = opened.redact(listed, progress=update)
    if run.output != TABLE:
        emit({"redaction": _document(listed, done)}, run.output)
    else:
        _tell_done(opened, listed, done)
    _tell_unreachable(listed.unreachable, run)
    if not done.is_done:
        _tell_left(done)
        raise ExitError(1)


def _ask(listed: Listed) -> None:
    values, files = len(listed.finding.values), len(listed.scan.found)
    if not sys.stdin.isatty():
        raise MisusedError(
            "A redaction cannot be undone, and there is no terminal to ask on.",
            "Look at the list; then run it again with --yes.",
        )
    if not ask_yes_or_no(f"Blank {_counted(values, 'value')}, and clear {_counted(files, 'file')}?", err=True):
        raise NoAnswerError


def _tell_done(opened: Repository, listed: Listed, done: Redacted) -> None:
    values = len(listed.finding.values) - len(listed.in_runs)
    if done.changes:
        with opened.reading() as snapshot:
            names = ", ".join(snapshot.short(change.letters) for change in done.changes)
        print(f"Blanked {_counted(values, 'value')}, recorded as change {names}.")
    elif not listed.in_runs:
        print("Nothing to blank: no value of the record has it.")
    if listed.in_runs:
        print(f"Blanked {_counted(len(listed.in_runs), 'value')} of runs; their ledger records it.")
    for file in done.files:
        if file.state != "found":
            print(visible(f"{file.shown}: {file.state}{f' ({file.why})' if file.why else ''}"))
    if done.can_scan:
        found = sum(file.times for file in done.scan.found)
        print(
            f"Looked through {_counted(done.scan.files, 'file')} ({done.scan.size:,} bytes): "
            f"it is there {_counted(found, 'time')}."
        )
    else:
        print(
            "Files were not looked through: the value is not known any more, or too short. "
            "Give it with --value-from-stdin to have that done."
        )


def _tell_left(done: Redacted) -> None:
    if done.left.values:
        notice(f"Not done: {_counted(len(done.left.values), 'value')} of the record still have it.")
    for file in done.stuck:
        notice(f"Not done: {file.shown} still has it{f', for {file.why}' if file.why else ''}.")
    for sentence in done.sentences:
        notice(f"Not done: {sentence}")
    notice("Run the command again, without --only, to finish what is left.")


def _tell_unreachable(unreachable: Sequence[OutOfReach], run: WriteCommand) -> None:
    if run.output != TABLE:
        return
    print("What this cannot reach:")
    for one in unreachable:
        change = f" [change {one.change[:8]}]" if one.change else ""
        print(visible(f"- {one.sentence}{change}"))


def _document(listed: Listed, done: Redacted | None) -> dict[str, Any]:
    finding = listed.finding
    return {
        "done": done.is_done if done is not None else None,
        "changes": [change.letters for change in done.changes] if done is not None else [],
        "values": [value.document() for value in finding.values],
        "secrets": [
            secret.document() | {"command": f"zenml secret shred {typed(secret.thing)} {typed(secret.parameter)}"}
            for secret in finding.secrets
        ],
        "names": [name.document() for name in finding.names],
        "files": [file.document() for file in (done.files if done is not None else listed.scan.found)],
        "scan": (done.scan if done is not None else listed.scan).document(),
        "left": {
            "values": [value.document() for value in (done.left.values if done is not None else finding.values)],
            "files": [file.document() for file in (done.stuck if done is not None else listed.scan.found)],
            "sentences": list(done.sentences) if done is not None else [],
        },
        "unreachable": [one.document() for one in listed.unreachable],
    }


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
