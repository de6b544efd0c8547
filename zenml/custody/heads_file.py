"""The small text file in which the ends of ledgers are noted.

A line ``ledger size root frontier`` for each ledger, and lines that begin with ``#``: the first one names the
configuration folder, the others say what was noted earlier.
"""

from __future__ import annotations

import os
from collections import namedtuple
from functools import lru_cache

from zenml.documents.limits import NOTE
from zenml.documents.opening import open_file


class KnownHead(namedtuple("KnownHead", "size root frontier", defaults=("",))):
    """The end of a ledger as it was seen.

    Attributes:
        size: The number of events.
        root: The root of the tree over them, as 64 hex digits.
        frontier: What the root is computed from, as hex digits, so that a reader need not hash to compare; empty
            in what earlier versions noted.
    """

    __slots__ = ()
    size: int
    root: str
    frontier: str


def read(path: str | None) -> tuple[dict[str, KnownHead], list[str]]:
    """Returns what is noted, and the lines about what was noted earlier; nothing for no file."""
    if path is None:
        return {}, []
    try:
        with open_file(path) as file:
            text = file.read(NOTE)
    except (OSError, ValueError):
        return {}, []
    known, earlier = _parsed(text)
    return dict(known), list(earlier)


@lru_cache(maxsize=1)
def _parsed(text: bytes) -> tuple[dict[str, KnownHead], list[str]]:
    """Returns what a text says. A command reads the same one several times, and it may name many ledgers."""
    lines = text.decode("utf-8", errors="replace").splitlines()[1:]
    known: dict[str, KnownHead] = {}
    for line in lines:
        words = line.split()
        if len(words) in (3, 4) and words[1].isdecimal() and len(words[1]) < 20 and not line.startswith("#"):
            known[words[0]] = KnownHead(int(words[1]), *words[2:])
    return known, [line for line in lines if line.startswith("#")]


def retired(known: dict[str, KnownHead]) -> list[str]:
    """Returns the lines that keep what no longer holds."""
    from zenml.ledger.ids import utc_now

    now = utc_now()
    return [f"# until {now}: {ledger_id} {head.size} {head.root}" for ledger_id, head in known.items()]


def write(path: str, config_directory: str, known: dict[str, KnownHead], earlier: list[str]) -> None:
    """Replaces the note as a whole. Raises `OSError`."""
    from zenml.files.drafts import PRIVATE, put  # not for those who read

    lines = [
        f"# Where the ledgers in {config_directory!a} ended when this machine last saw them",
        *(f"{ledger_id} {head.size} {head.root} {head.frontier}".rstrip() for ledger_id, head in known.items()),
        *earlier,
    ]
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    put(path, ("\n".join(lines) + "\n").encode(), mode=PRIVATE)
