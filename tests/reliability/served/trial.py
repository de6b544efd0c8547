"""A member of a served profile whose line to the service breaks, or is held, while changes are made."""

from __future__ import annotations

from itertools import count

from tests.reliability.shared.commands import finished, started
from tests.support.agreement import check_answers, check_homes
from tests.support.network.lines import Line
from tests.support.program import Result
from tests.support.served import ServedTeam
from tests.support.teams import PARTS, Score


class Trial:
    """A member of a served profile, who reaches the service by way of a line.

    Attributes:
        line: The line.
        score: What was answered to the changes.
    """

    def __init__(self, team: ServedTeam, line: Line) -> None:
        self.line, self.score = line, Score()
        self._names = count(1)
        self._team = team
        self.near, self.far = team.member("near"), team.member("far", port=line.port)

    def change(self, *, hurried: bool = False) -> tuple[str, Result]:
        """Registers a stack and makes it the active one."""
        name = f"s{next(self._names)}"
        words = ("stack", "register", name, *PARTS, "--set")
        answer = finished(started(self.far, *words, hurried=True), *words) if hurried else self.far.run(*words)
        self.score.answered(name, answer)
        return name, answer

    def check(self) -> None:
        """Checks that all answers were true, and that everybody has what the service has."""
        record = self._team.record()
        check_answers(self.score, record)
        check_homes([self._team.host, self.near, self.far], record)
