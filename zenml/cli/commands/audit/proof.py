"""``zenml audit proof``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Optional

from zenml.cli.commands.audit.new_keys import say_new_keys
from zenml.cli.mistakes.misused import BadValueError, MisusedError
from zenml.cli.options import completions
from zenml.cli.options.declared import Argument, Option
from zenml.cli.options.reading_options import Output
from zenml.cli.screen.notices import notice
from zenml.cli.screen.output import TABLE, emit
from zenml.cli.screen.progress import progress
from zenml.cli.screen.showing import show
from zenml.cli.screen.tables import BELOW, Column, Table
from zenml.domain.annotations import Annotated
from zenml.domain.suggestions import typed
from zenml.repository import Repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.custody.event_proofs import EventProof


def proof(
    change: Annotated[
        str,
        Argument(metavar="CHANGE", help="The change, by its letters", autocompletion=completions.changes),
    ],
    event: Annotated[
        Optional[int],  # noqa: UP045 - it is read at run time
        Option(
            "--event", metavar="N", min=1, help="Only this event of it; 1 says who made the change, when and why"
        ),
    ] = None,
    out: Annotated[
        Optional[str],  # noqa: UP045
        Option(
            "--out", metavar="FILE", help="Write it to this file; several events to FILE with .1, .2 … in its name"
        ),
    ] = None,
    overwrite: Annotated[bool, Option("--overwrite", help="Replace files that exist")] = False,
    output: Output = "table",
) -> None:
    """Prove that a change is in the record.

    Each event gets its proof, a file that "zenml audit check" and other programs read (C2SP tlog-proof).
    It shows this event and nothing of the others, and leads to a signed checkpoint. Secrets stay encrypted, and
    their ciphertexts are withheld.

    Example: zenml audit proof qpvu --out qpvu.tlog-proof
    """
    if out == "":
        raise BadValueError("It names no file.", param_hint="--out")
    repository = Repository(notify=notice)
    if event is None and out is None and output == TABLE:
        repository.show(change)  # one that is not there has no events
        raise MisusedError(
            "A change has several events, each with its proof.",
            f'Run "zenml audit proof {typed(change)} --out {typed(f"{change}.tlog-proof")}", '
            "or add --event N for one of them.",
        )
    with progress("Hashing", "events") as update:
        proofs = repository.proof(change, event=event, progress=update)
    files = _write(proofs, out, numbered=event is None, overwrite=overwrite) if out is not None else []
    if output != TABLE:
        emit({"proofs": [one.document() for one in proofs]}, output)
    elif out is None:
        sys.stdout.write(proofs[0].text)
    else:
        rows = [
            (str(one.number), one.topic.removeprefix("zenml:"), str(one.position), one.ledger_id, file)
            for one, file in zip(proofs, files, strict=True)
        ]
        show(Table(("EVENT", "KIND", "POSITION", Column("LEDGER", BELOW), "FILE"), rows))
    say_new_keys([one.new_key for one in proofs])


def _write(proofs: Sequence[EventProof], out: str, *, numbered: bool, overwrite: bool) -> list[str]:
    """Writes each proof to a file, and returns the files as they were named."""
    from zenml import paths
    from zenml.files.outputs import write_text

    stem, ending = os.path.splitext(out)
    files = [f"{stem}.{one.number}{ending}" if numbered else out for one in proofs]
    for one, file in zip(proofs, files, strict=True):
        write_text(paths.absolute(file), one.text, overwrite=overwrite, private=True)
    return files
