"""The connection breaks at any packet while something is recorded of a run, or taken out: what is said is true."""

from __future__ import annotations

from itertools import count, product
from pathlib import Path

import pytest

from tests.runs.recording import MadeUpProfile, note
from tests.runs.redacted import SECRET, said, secret_note
from tests.support.network.lines import Line
from tests.support.network.packets import COMMIT, places
from tests.support.network.relaying import Cut
from tests.support.plain_sql import execute
from tests.support.sizes import SILENT_STEP
from zenml.domain.errors import AgainError, CommitUnknownError, UnreachableError

pytestmark = pytest.mark.slow

PATIENCE, SHORT = 20.0, 0.3
"""Seconds to wait for each answer: what is reset is noticed at once, and what is silent only after them."""
KEPT, LOST, UNKNOWN = "kept", "lost", "unknown"


class Noting:
    """A run of which things are noted by way of a line."""

    def __init__(self, base: Path, url: str, line: Line) -> None:
        self.place, self.line = MadeUpProfile(base, url), line
        self._numbers = count(1)

    def note(self, patience: float = PATIENCE) -> tuple[str, str]:
        """Notes something; returns its name, and what was said."""
        name = f"note-{next(self._numbers)}"
        runs = self.place.machine("far", self.line.url(self.place.url), patience)
        try:
            runs.append([note(self.place.run_id, name)])
        except CommitUnknownError:
            return name, UNKNOWN
        except (AgainError, UnreachableError):
            return name, LOST
        return name, KEPT

    def cut(self, cut: Cut) -> tuple[str, int]:
        """Lets the line break meanwhile; returns what was said, and how often it is recorded."""
        self.line.watch(cut)
        name, said = self.note(SHORT if cut.silent else PATIENCE)
        self.line.watch()
        self.line.drop()  # what a silent cut left behind
        # the lock is free when the session that was cut has ended
        execute(self.place.url, "BEGIN", "SELECT size FROM zenml_ledgers WHERE kind = 'runs' FOR UPDATE")
        return said, self.times(name)

    def times(self, name: str) -> int:
        """Returns how often it is recorded."""
        return self.place.recorded().count(name)


class Redacting(Noting):
    """A run in which something is redacted by way of a line."""

    def note(self, patience: float = PATIENCE) -> tuple[str, str]:
        """Redacts what the run has noted now; returns where that is, and what was said."""
        self.place.machine("near").append([secret_note(self.place.run_id, SECRET)])
        position = self.place.size()
        runs = self.place.machine("far", self.line.url(self.place.url), patience)
        try:
            runs.redact([(position, "/note/uri")], said)
        except CommitUnknownError:
            return str(position), UNKNOWN
        except (AgainError, UnreachableError):
            return str(position), LOST
        return str(position), KEPT

    def times(self, position: str) -> int:
        """Returns how often it is recorded that it was blanked, if that is true; fails if only one is so."""
        recorded = self.place.size() - int(position)
        assert (SECRET.encode() in self.place.state_at(int(position))) == (recorded == 0)
        return recorded


@pytest.fixture
def redacting(tmp_path: Path, database: str, line: Line, monkeypatch: pytest.MonkeyPatch) -> Redacting:
    monkeypatch.setattr("zenml.stores.waiting.LOCK_TIMEOUT", 1)
    return Redacting(tmp_path, database, line)


@pytest.fixture
def noting(tmp_path: Path, database: str, line: Line, monkeypatch: pytest.MonkeyPatch) -> Noting:
    monkeypatch.setattr("zenml.stores.waiting.LOCK_TIMEOUT", 1)
    return Noting(tmp_path, database, line)


@pytest.mark.parametrize("silent", [False, True], ids=["reset", "silent"])
def test_whatever_packet_is_cut_what_is_said_is_true(noting: Noting, silent: bool) -> None:
    _cut_everywhere(noting, silent)


def test_whatever_packet_is_cut_while_something_is_redacted_what_is_said_is_true(redacting: Redacting) -> None:
    _cut_everywhere(redacting, silent=False)


def _cut_everywhere(noting: Noting, silent: bool) -> None:
    noting.line.watch()
    assert noting.note()[1] == KEPT
    *all_but_goodbye, _ = places(noting.line.packets)
    cuts = list(product(all_but_goodbye, (False, True)))
    for place, after in cuts[:: SILENT_STEP if silent else 1]:
        said, times = noting.cut(Cut(place.packet, after, silent, last=True))
        assert times == (said == KEPT) or (said == UNKNOWN and times < 2), (place, after)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_what_breaks_at_the_commit_is_recorded_once_by_a_line_that_holds(noting: Noting, after: bool) -> None:
    assert noting.cut(Cut(COMMIT, after, connection=1)) == (KEPT, 1)
    assert noting.cut(Cut(COMMIT, after, last=True)) == (UNKNOWN, int(after))
