"""The connection breaks at any packet of an append: what is raised says whether it was kept."""

from __future__ import annotations

from contextlib import closing
from itertools import product
from uuid import uuid4

import pytest

from tests.support.network.lines import Line
from tests.support.network.packets import COMMIT, LOCK, Packet, places
from tests.support.network.relaying import Cut
from tests.support.plain_sql import execute, rows
from tests.support.sizes import SILENT_STEP
from zenml.domain.errors import AgainError, CommitUnknownError, UnreachableError
from zenml.evidence.merkle import HASH_BYTES
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.places import read_place
from zenml.stores.shared_database.rows import SharedEvent

LEDGER = str(uuid4())
PATIENCE = 20.0
SHORT = (0.3, 3.0, PATIENCE)
"""Seconds that an append waits for each answer. A silent cut makes it wait for all of them: they are few at first,
and more if the machine was so busy that the append did not even come as far as the cut."""
KEPT, LOST, UNKNOWN = "kept", "lost", "unknown"


class Appending:
    """A ledger in a database, to which changes of one event are appended by way of a line."""

    def __init__(self, url: str, line: Line) -> None:
        self._url, self._line = url, line
        with closing(SharedDatabase(read_place(url), patience=10)) as shared:
            shared.prepare()
            shared.claim("profile", LEDGER, 1)

    def packets(self) -> list[list[Packet]]:
        """Returns what an append sends and receives."""
        self._line.watch()
        assert self._append(str(uuid4()), PATIENCE) == KEPT
        return self._line.packets

    def said_and_done(self, cut: Cut) -> tuple[str, bool]:
        """Appends a change while the line breaks; returns what was said of it, and whether the database has it."""
        for patience in SHORT if cut.silent else (PATIENCE,):
            said, there, was_cut = self._tried(cut, patience)
            # what the server answers to several statements may come as fewer packets than it did before
            if was_cut or said == KEPT:
                return said, there
            assert said == UNKNOWN or not there, cut
        raise AssertionError(f"nothing was kept, although nothing came as far as {cut}")

    def _tried(self, cut: Cut, patience: float) -> tuple[str, bool, bool]:
        """Returns what was said of a change, whether the database has it, and whether the line was cut."""
        change_id = str(uuid4())
        self._line.watch(cut)
        said = self._append(change_id, patience)
        was_cut = self._line.was_cut
        self._line.watch()
        self._line.drop()  # what a silent cut left behind
        # the lock is free when the session that was cut has ended
        execute(self._url, "BEGIN", f"SELECT size FROM zenml_ledgers WHERE ledger_id = '{LEDGER}' FOR UPDATE")
        there = rows(self._url, f"SELECT position FROM zenml_changes WHERE change_id = '{change_id}'")
        return said, bool(there), was_cut

    def check(self) -> None:
        """Checks that what is there is whole."""
        ((size,),) = rows(self._url, "SELECT size FROM zenml_ledgers")
        for table in ("zenml_events", "zenml_changes"):
            assert rows(self._url, f"SELECT position FROM {table} ORDER BY 1") == [(n + 1,) for n in range(size)]

    def _append(self, change_id: str, patience: float) -> str:
        database = SharedDatabase(read_place(self._line.url(self._url)), patience=patience)
        try:
            with database.locked(LEDGER) as locked:
                position = locked.head.size + 1
                event = SharedEvent(position, "zenml:ChangeBegan", b"{}")
                frontier = bytes(HASH_BYTES * position.bit_count())
                locked.append([event], [(change_id, position)], [], position, frontier)
                locked.commit()
        except CommitUnknownError:
            return UNKNOWN
        except (AgainError, UnreachableError):
            return LOST
        finally:
            database.close()
        return KEPT


@pytest.fixture
def appending(database: str, line: Line, monkeypatch: pytest.MonkeyPatch) -> Appending:
    # a silence of that long, besides, is taken for a wait for others, of whom there are none
    monkeypatch.setattr("zenml.stores.waiting.LOCK_TIMEOUT", 1)
    return Appending(database, line)


@pytest.mark.parametrize("silent", [False, True], ids=["reset", "silent"])
def test_whatever_packet_is_cut_what_is_said_is_true(appending: Appending, silent: bool) -> None:
    *all_but_goodbye, _ = places(appending.packets())
    cuts = list(product(all_but_goodbye, (False, True)))
    for place, after in cuts[:: SILENT_STEP if silent else 1]:
        said, there = appending.said_and_done(Cut(place.packet, after, silent))
        assert said == UNKNOWN or there == (said == KEPT), (place, after)
    appending.check()


@pytest.mark.parametrize("silent", [False, True], ids=["reset", "silent"])
def test_only_what_is_cut_at_the_commit_is_unknown(appending: Appending, silent: bool) -> None:
    assert appending.said_and_done(Cut(LOCK, False, silent)) == (LOST, False)
    assert appending.said_and_done(Cut(LOCK, True, silent)) == (LOST, False)
    assert appending.said_and_done(Cut(rb"INSERT", False, silent)) == (LOST, False)
    assert appending.said_and_done(Cut(rb"INSERT", True, silent)) == (LOST, False)
    assert appending.said_and_done(Cut(COMMIT, False, silent)) == (UNKNOWN, False)
    assert appending.said_and_done(Cut(COMMIT, True, silent)) == (UNKNOWN, True)
    appending.check()
