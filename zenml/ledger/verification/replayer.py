"""The process that replays the views beside another one: what it is asked, and what it says."""

from __future__ import annotations

import json
import sys
from contextlib import closing

import zenml
from zenml.ledger.verification.replay import compare
from zenml.projections import stored_events
from zenml.projections.database import connect, read_through, stand_still


def answer(program: str, path: str, numbering: list[int | None]) -> None:
    """Says how far a replay is, and then its verdict; nothing if that would be of something else than was asked.

    Args:
        program: The file of the package that asks.
        path: The ledger's file.
        numbering: How its events are numbered, as whoever asks sees them: each change adds to them.
    """
    with closing(connect(path)) as database:
        stand_still(database)
        read_through(database)
        if program != zenml.__file__ or [*stored_events.numbering(database)] != numbering:
            return
        verdict = compare(database, lambda applied: print(applied, flush=True))
        if type(verdict.text) is str:  # after any other text there is something to do
            print(json.dumps([verdict.text, verdict.problems, verdict.compared]), flush=True)


if __name__ == "__main__":
    answer(*json.loads(sys.argv[1]))
