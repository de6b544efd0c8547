"""``zenml audit checkpoint``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Optional

from zenml.cli.commands.audit.new_keys import say_new_keys
from zenml.cli.mistakes.failures import report
from zenml.cli.mistakes.misused import BadValueError, ExitError
from zenml.cli.options import kinds
from zenml.cli.options.declared import Option
from zenml.cli.options.reading_options import Output
from zenml.cli.screen.notices import notice
from zenml.cli.screen.output import TABLE, emit
from zenml.cli.screen.progress import progress
from zenml.cli.screen.showing import show
from zenml.cli.screen.tables import BELOW, Column, Table
from zenml.domain.annotations import Annotated
from zenml.domain.errors import LedgerError
from zenml.repository import Repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.custody.checkpoints import SignedCheckpoint

_Text = Optional[str]  # noqa: UP045 - it is read at run time


def checkpoint(
    profile: Annotated[
        _Text,
        kinds.option(
            "profile", "--profile", metavar="NAME", help="The ledger of this profile, not the active one's"
        ),
    ] = None,
    everything: Annotated[
        bool, Option("--all", help="Every ledger: the machine's and those of all profiles and their runs")
    ] = False,
    runs: Annotated[
        Optional[int],  # noqa: UP045
        Option("--runs", metavar="YEAR", help="The ledger of the profile's runs of this year"),
    ] = None,
    out: Annotated[
        _Text,
        Option("--out", metavar="FILE", help="Write it to this file; with --all, to LEDGER.note in this folder"),
    ] = None,
    output: Output = "table",
) -> None:
    """Sign how far the record goes, for whoever is to check it later.

    A checkpoint is a short text: a ledger's name, the number of its events, and one hash over all of
    them. Keep it where nobody can change it. The ledger is hashed first: nothing is signed if it was altered, or
    does not continue from the last checkpoint that was signed here (exit code 5).

    Example: zenml audit checkpoint --all --out checkpoints
    """
    if out == "":
        raise BadValueError("It names no file.", param_hint="--out")
    if everything and profile is not None:
        raise BadValueError("Use either --all or --profile.", param_hint="--profile")
    if everything and runs is not None:
        raise BadValueError("Use either --all or --runs.", param_hint="--runs")
    repository = Repository(notify=notice)
    with progress("Hashing", "events") as update:
        if everything:
            signed, refused = repository.checkpoint_all(progress=update)
        else:
            signed, refused = (repository.checkpoint(profile, runs=runs, progress=update),), ()
    made = signed
    if out is not None:
        made, unwritten = _write(signed, out, in_folder=everything)
        refused = (*refused, *unwritten)
    if output != TABLE:
        document = [one.document() for one in signed]
        emit({"checkpoints": document} if everything else {"checkpoint": document[0]}, output)
    elif out is not None or everything:
        if made:
            _list(made)
    else:
        print(signed[0].note, end="")
    if made and all(one.unchanged for one in made):
        notice("Nothing was recorded since the last checkpoint: it is the same one.")
    if any(one.is_new_key for one in signed):
        say_new_keys([one.key_line for one in signed])
    if refused:
        raise ExitError(max(report(error) for error in refused))


def _write(
    signed: Sequence[SignedCheckpoint], out: str, *, in_folder: bool
) -> tuple[tuple[SignedCheckpoint, ...], list[LedgerError]]:
    """Writes each checkpoint to its file; returns those that are written, and why the others are not."""
    from zenml import paths
    from zenml.custody.checkpoint_files import make_folder, write_note

    place, refused = paths.absolute(out), list[LedgerError]()
    written: list[SignedCheckpoint] = []
    if in_folder:
        make_folder(place)
    for one in signed:
        try:
            write_note(os.path.join(place, f"{one.ledger_id}.note") if in_folder else place, one)
            written.append(one)
        except LedgerError as error:
            refused.append(error)
    return tuple(written), refused


def _list(signed: Sequence[SignedCheckpoint]) -> None:
    rows = [
        (one.ledger_id, _profile(one), str(one.size), "signed before" if one.unchanged else "signed", one.root)
        for one in signed
    ]
    show(Table(("LEDGER", Column("PROFILE", BELOW), "EVENTS", "CHECKPOINT", Column("ROOT", BELOW)), rows))


def _profile(one: SignedCheckpoint) -> str:
    """Returns the profile of a ledger, and the year if it is one of runs."""
    return f"{one.profile or ''}{f' (runs of {one.runs})' if one.runs is not None else ''}"
