"""A machine whose line to a shared profile breaks, is held or is slow, while it makes changes."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path

from tests.reliability.shared.commands import finished, patiently, started
from tests.support.agreement import check_answers, check_homes, record_at
from tests.support.network.lines import Line
from tests.support.network.packets import Packet
from tests.support.network.relaying import Cut
from tests.support.program import Result
from tests.support.teams import PARTS, RECORDED, UNKNOWN, Score, listed, member

ANSWERS = {RECORDED, 1, 4, UNKNOWN}
"""Exit codes of a change whose line broke. 1: nobody can be reached. 4: somebody else may have been faster."""


class Trial:
    """A shared profile of two machines: `near` reaches it always, `far` by way of the line.

    Attributes:
        score: What was answered to the changes that `far` made.
    """

    def __init__(self, base: Path, database: str, line: Line) -> None:
        self.line, self.score = line, Score()
        self._names = count(1)
        self._database = database
        self.near = member(base / "near", database)
        self.far = member(base / "far", line.url(database))

    def change(self, name: str, *options: str, hurried: bool = False) -> Result:
        """Lets `far` register a stack of this name."""
        words = ("stack", "register", name, *PARTS, *options)
        if hurried:
            answer = finished(started(self.far, *words, hurried=True), *words)
        else:
            answer = patiently(self.far, *words)
        self.score.answered(name, answer)
        return answer

    def packets(self) -> list[list[Packet]]:
        """Returns what a change sends and receives, on each of its connections."""
        self.line.watch()
        self.change(f"undisturbed-{next(self._names)}").exits(RECORDED)
        return self.line.packets

    def connection_of(self, pattern: bytes) -> int:
        """Returns on which of its connections, from 1, a change sends a packet that has this in it."""
        (connection,) = (
            number
            for number, packets in enumerate(self.packets(), start=1)
            if any(packet.to_server and re.search(pattern, packet.data) for packet in packets)
        )
        return connection

    def cut(self, cut: Cut) -> Result:
        """Lets the line break during a change, and the next command look what became of it."""
        self.line.watch(cut)
        name = f"cut-{next(self._names)}"
        answer = self.change(name, hurried=cut.silent)
        assert answer.exit in ANSWERS, answer.report()
        self.line.watch()
        self.line.drop()  # what a silent cut left behind
        assert answer.exit == UNKNOWN or (name in listed(self.far)) == (answer.exit == RECORDED), answer.report()
        return answer

    def check(self) -> None:
        """Checks that all answers were true, and that both machines have what the database has."""
        record = record_at(self._database)
        check_answers(self.score, record)
        check_homes([self.near, self.far], record)
