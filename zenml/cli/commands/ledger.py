"""``zenml ledger …``."""

from __future__ import annotations

import os
import shlex
import sys
from typing import Optional

from zenml import paths
from zenml.cli.groups import Group
from zenml.cli.options.declared import Argument, Option
from zenml.cli.options.export_options import Overwrite
from zenml.cli.options.reading_options import Output
from zenml.cli.screen.notices import notice
from zenml.cli.screen.output import TABLE, emit
from zenml.cli.screen.progress import progress
from zenml.cli.screen.showing import show
from zenml.cli.screen.tables import BELOW, WRAPS, Column, Table
from zenml.custody.ledger_file import LedgerStatus
from zenml.custody.remembered_heads import Accepted
from zenml.domain.annotations import Annotated
from zenml.domain.visible import visible
from zenml.ledger.verification.clear_values import in_words
from zenml.repository import Repository
from zenml.unit_of_work.new_profiles import DEFAULT

app = Group("Check, rebuild and back up the ledger.")

_ROOT = 16  # digits of a root that tell it from any other by sight


@app.command("status")
def status(output: Output = "table") -> None:
    """Show what the ledger holds, and where.

    Example: zenml ledger status
    """
    ledger_status = Repository(notify=notice).ledger_status()
    if output != TABLE:
        emit(ledger_status.document(), output)
        return
    show(Table(("PROPERTY", Column("VALUE", WRAPS)), _properties(ledger_status)))
    rows = [
        (
            head.ledger_id,
            head.kind,
            ledger_status.profiles.get(head.ledger_id, ""),
            str(head.size),
            head.root[:_ROOT],
        )
        for head in ledger_status.heads
    ]
    show(Table(("LEDGER", "KIND", Column("PROFILE", BELOW), "EVENTS", Column("ROOT", BELOW)), rows))
    own = [ledger_status.key_file] if ledger_status.key_readable else []
    for file in (*own, *(key.source for key in ledger_status.profile_keys if key.readable_by_others)):
        notice(f"Others can read the key file {file}; run \"chmod 600 '{file}'\".")
    for sentence in in_words(ledger_status.clear_values):
        notice(f"Warning: {sentence}")
    for sentence in ledger_status.contradictions:
        notice(f'{sentence} Run "zenml audit verify".')


def _properties(ledger_status: LedgerStatus) -> list[tuple[str, str]]:
    key = "there" if ledger_status.key_file_exists else "missing" if ledger_status.key_needed else "none yet"
    if ledger_status.key_in_environment:
        key = "in ZENML_LEDGER_KEY"
    version = "" if ledger_status.views_version is None else f"version {ledger_status.views_version}, "
    views = version + ("up to date" if ledger_status.views_up_to_date else "rebuilt by the next command")
    remembered_events = sum(head.size for head in ledger_status.remembered.values())
    return [
        ("FILE", ledger_status.path),
        ("SIZE", size(ledger_status.size)),
        ("EVENTS", f"{ledger_status.events:,}"),
        ("CHANGES", "" if ledger_status.changes is None else f"{ledger_status.changes:,}"),
        ("VIEWS", views),
        ("KEY", f"{key}, {ledger_status.key_state}" if key != "missing" else "missing, needed"),
        *((f"KEY OF '{key.profile}'", f"{key.state}, {key.source}") for key in ledger_status.profile_keys),
        ("SEEN BEFORE", f"{remembered_events:,} events" if ledger_status.remembered else "nothing is remembered"),
    ]


@app.command("rebuild")
def rebuild() -> None:
    """Rebuild the views: all that is computed from the ledger.

    The record itself is not touched. Commands do this by themselves when it is needed.

    Example: zenml ledger rebuild
    """
    repository = Repository(notify=notice)
    with progress("Rebuilding", "events") as update:
        total = repository.event_count
        count = repository.rebuild(lambda done: update(done, total))
    print(f"Rebuilt the views from {count} events.")


@app.command("backup")
def backup(
    file: Annotated[str, Argument(metavar="FILE", help="The file to write")],
    overwrite: Overwrite = False,
) -> None:
    """Copy the ledger to a file, as it is at this moment.

    Others can keep working. What is recorded of runs goes to a folder beside it, FILE.runs. To restore it, stop
    what uses the ledger, put the file in the place of ledger.db ("zenml config" says where that is) and what is in
    FILE.runs into the folder "runs" beside it, remove the files there that end in -wal and -shm, and run
    "zenml ledger accept".

    Example: zenml ledger backup ledger-backup.db
    """
    repository = Repository(notify=notice)
    with progress("Copying", "pages") as update:
        done = repository.backup(file, overwrite=overwrite, progress=update)
    print(visible(f"Wrote {done.events:,} events ({size(done.size)}) to {done.path}."))
    if done.runs:
        events, length = sum(it.events for it in done.runs), sum(it.size for it in done.runs)
        print(
            visible(f"Wrote {events:,} events of runs ({size(length)}) to {os.path.dirname(done.runs[0].path)}.")
        )
    if repository.ledger_status().key_file_exists:
        key = paths.key_file(repository.config_directory)
        notice(
            f"It does not contain the key that secrets are encrypted with: keep a copy of {key} somewhere else."
        )


@app.command("accept")
def accept(
    reason: Annotated[
        Optional[str],  # noqa: UP045 - it is read at run time
        Option("--reason", metavar="TEXT", help="The reason; it is recorded"),
    ] = None,
) -> None:
    """Accept the ledger as it is, after restoring a backup on purpose.

    This machine remembers how far it saw each ledger, and refuses to write to one that went backwards. That it is
    accepted is recorded in the ledger, and its next checkpoints are signed under another name, since no checkpoint
    can extend those from before. Where the ledger is gone, and copies of its profiles are left, these are kept as
    *.old, and a new ledger may begin.

    Example: zenml ledger accept --reason "the disk failed, backup of Monday"
    """
    opened = Repository(notify=notice, command=sys.argv[1:], reason=reason)
    done = opened.accept_ledger()
    if done.set_aside:
        for path, kept in done.set_aside:
            print(visible(f"Kept {path} as {kept}."))
        print("Accepted: the next command begins a new ledger.")
        for path, kept in done.set_aside:
            if os.path.basename(path) == "profile.yaml":
                notice(f'Run "zenml {_restoring_command(path, kept)}" to bring back what the profile held.')
        return
    for path, kept in done.strays:
        print(visible(f"Kept {path}, of which no profile knows any more, as {kept}."))
    for ledger_id, kept in done.fetched:
        print(visible(f"Fetched the shared ledger {ledger_id} again; what was here is in {kept}."))
    if not done.contradictions:
        _say_origins(done)
        if done.fetched or done.origins or done.strays:
            return
        reason = (
            "the ledger continues from what was remembered" if done.before else "nothing was remembered before"
        )
        print(f"Nothing to accept: {reason}.")
        return
    rows = []
    for ledger_id in {**done.before, **done.after}:
        before, after = done.before.get(ledger_id), done.after.get(ledger_id)
        cells = [
            cell
            for head in (before, after)
            for cell in ((str(head.size), head.root[:_ROOT]) if head else ("", ""))
        ]
        rows.append((ledger_id, *cells))
    columns = (Column(name, BELOW) for name in ("EVENTS SEEN", "ROOT SEEN", "EVENTS NOW", "ROOT NOW"))
    show(Table(("LEDGER", *columns), rows))
    print("Accepted: the next changes continue from here.")
    _say_origins(done)


def _say_origins(done: Accepted) -> None:
    for ledger_id, origin in done.origins:
        print(visible(f"Checkpoints of the ledger {ledger_id} are signed as '{origin}' from here on."))


def _restoring_command(name: str, kept: str) -> str:
    """Returns the words that bring back a profile: the default one is there again by then."""
    is_default = os.path.basename(os.path.dirname(name)) == DEFAULT
    return f"{'apply' if is_default else 'profile import'} {shlex.quote(kept)}"


def size(count: int) -> str:
    """Returns a number of bytes as people say it."""
    amount, unit = float(count), "bytes"
    for larger in ("KB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{count} bytes" if unit == "bytes" else f"{amount:.1f} {unit}"
