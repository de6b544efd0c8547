"""A home in which commands run, and all that they answered."""

from __future__ import annotations

import shlex

from tests.support.canaries import bytes_below, leaks
from tests.support.program import Home, Result

MYSQL = "metadata-store register {} --flavor=mysql --host=h --database=d"


def canary(name: str) -> str:
    """Returns a secret that stands nowhere else and tells where it was planted."""
    return f"kanari{name.title().replace('_', '')}Vogel77q"


class Watch:
    """Runs commands in a home and keeps all they answered."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.answers: list[Result] = []

    def __call__(self, line: str) -> Result:
        self.answers.append(self.home.run(*shlex.split(line)))
        return self.answers[-1]

    def with_own_code(self, line: str) -> Result:
        """Runs a command that finds the classes in the work folder, which takes longer."""
        self.answers.append(self.home.run(*shlex.split(line), env={"PYTHONPATH": str(self.home.work)}))
        return self.answers[-1]

    def python(self, script: str) -> Result:
        self.answers.append(self.home.python(script))
        return self.answers[-1]

    def leaks(self, secret: str) -> list[str]:
        said = {f"the answer to {answer.words[:3]}": answer.output.encode() for answer in self.answers}
        return leaks(secret, said | bytes_below(self.home.base))
