"""How large races, kills, random histories and loads are: small in `.ci/run`, full in `.ci/run --full`.

The environment variable `ZENML_TEST_SIZES=full` chooses the full sizes.
"""

from __future__ import annotations

import os

FULL = os.environ.get("ZENML_TEST_SIZES") == "full"


def _size(small: int, full: int) -> int:
    return full if FULL else small


RACING_CHANGES = _size(6, 50)
"""Changes of each of eight racing writers."""

KILLS = _size(25, 200)
"""Commands that are killed while they write."""

KILLED_IMPORTS = _size(8, 25)
"""First runs that are killed while they import what ZenML left."""

GAMES, GAME_STEPS = _size(12, 60), 30
"""Random games against the model, and the commands of each."""

PROPERTIES = _size(6, 20)
"""Examples of each promise of undo and redo that is tried on the model and the program."""

PLAYS = _size(50, 200)
"""Random plays of the domain's rules."""

LONG_HISTORY = _size(120, 400)
"""Commands of the longer random histories."""

FLIPS = _size(1, 8)
"""Cells of each column of a ledger's file that are altered, one at a time."""

NEW_PROPERTIES = _size(3, 40)
"""Random histories with a property that no version has."""

SHARED_HISTORIES, SHARED_STEPS = _size(4, 40), _size(30, 60)
"""Random histories of two machines that share a profile, and what is done in each."""

TEAM_CHANGES = _size(3, 50)
"""Changes of each of eight machines that race in a shared profile."""

TEAM_KILLS = _size(20, 200)
"""Commands that are killed while they write to a shared profile."""

SERVED_KILLS = _size(8, 200)
"""Commands that are killed while they write to a profile that a service keeps."""

SILENT_STEP = _size(5, 1)
"""Of as many packets one at which a connection goes silent; each takes some seconds."""

SILENT_CUTS = _size(2, 100)
"""Packets after which a line to a database goes silent; each is waited for as `ANSWER_LIMIT` says."""

ANSWER_LIMIT, LOCK_LIMIT, IDLE_LIMIT = _size(2, 10), _size(6, 60), _size(3, 30)
"""Seconds that a command waits for an answer of a database and for its lock, and after which a database ends a
session that has the lock and does nothing. The full ones are the program's own."""

GROWTH_STEP = _size(3, 1)
"""Of as many beginnings and ends of a long text one that is tried."""

REQUESTS = _size(5, 200)
"""Random requests of each kind that each role sends to the service."""

CROWD = _size(100, 1_000)
"""Connections to the service at once."""

LOAD = _size(1_000, 10_000)
"""Changes that sixteen clients of the service make, all at once."""

TOGETHER = _size(2, 20)
"""Stacks that each of two clients of ZenML 0.13 and two of ours make at once, each in six changes."""

BUNDLES = _size(5, 500)
"""Random ledgers of which bundles are made, with three random filters each."""

TREES = _size(40, 257)
"""Sizes of trees up to which every proof is made and checked by another implementation."""

ALTERED = _size(60, 2_000)
"""Bytes of a bundle that are altered, one at a time, besides those that are all altered."""

SIGNATURES = _size(100, 10_000)
"""Random signatures that are checked in plain Python and by a library."""

SELECTIONS = _size(15, 500)
"""Random records with random filters from whose bundles something is left out."""

RUN_HISTORIES, RUN_STEPS = _size(3, 40), _size(50, 100)
"""Random histories with runs in between, and the changes of each."""
