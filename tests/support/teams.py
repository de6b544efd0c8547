"""Machines that share a profile, and races between them through the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Condition, Event

from tests.support.program import SECONDS, Home, Result
from tests.support.tables import column

PROFILE = "team"
RECORDED, UNKNOWN = 0, 6
"""Exit codes: it is recorded; it may be. With any other it is not."""

PAUSE = 0.3  # seconds between two looks: those who write shall be the ones who keep the machine busy
ALWAYS_ASK = {"ZENML_FRESH": "0"}
LOOKS = 5
PARTS = ("-a", "default", "-o", "default")


def member(base: Path, url: str) -> Home:
    """Returns a new machine whose active profile is the shared one at `url`. It is made if it is not there yet."""
    base.mkdir()
    home = Home(base)
    home.done("profile", "create", PROFILE, "--store-type", "sql", "--url", url, "--set")
    return home


def team(base: Path, url: str, count: int) -> list[Home]:
    """Returns so many machines that make or join the profile at `url`, all at once."""
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda number: member(base / f"home-{number}", url), range(count)))


def register(home: Home, name: str) -> Result:
    """Makes a change of one event after its beginning: a stack of this name."""
    return home.run("stack", "register", name, *PARTS)


def look(home: Home) -> Result:
    """Lets a machine list its stacks, with all that is in the database at this moment if it can be reached.

    If no answer comes in time, the machine is busy, and it is asked for again.
    """
    for _ in range(LOOKS):
        answer = home.done("stack", "list", env=ALWAYS_ASK)
        if "it did not answer in time" not in answer.stderr:
            break
    return answer


def listed(home: Home) -> list[str]:
    """Returns the stacks that a machine lists so."""
    return column(look(home).rows, "STACK NAME")


class Score:
    """What was answered to each change of a race, by the name of its stack."""

    def __init__(self) -> None:
        self._answers: dict[str, Result] = {}
        self._changed = Condition()

    def answered(self, name: str, answer: Result) -> None:
        with self._changed:
            self._answers[name] = answer
            self._changed.notify_all()

    def unanswered(self, name: str) -> None:
        """Counts a change as one that may be recorded: whoever made it was killed."""
        self.answered(name, Result((), UNKNOWN, "", ""))

    def wait_for(self, count: int) -> None:
        """Returns when so many changes were answered."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._answers) >= count, 10 * SECONDS)

    @property
    def recorded(self) -> set[str]:
        """Those that were acknowledged."""
        return self._with(lambda code: code == RECORDED)

    @property
    def unknown(self) -> set[str]:
        """Those of which nobody was told whether they are recorded."""
        return self._with(lambda code: code == UNKNOWN)

    @property
    def refused(self) -> set[str]:
        """Those that are not recorded, as it was said."""
        return self._with(lambda code: code not in (RECORDED, UNKNOWN))

    @property
    def reports(self) -> list[str]:
        """What was answered to those that were not acknowledged."""
        with self._changed:
            return [answer.report() for answer in self._answers.values() if answer.exit != RECORDED]

    def _with(self, is_meant: Callable[[int], bool]) -> set[str]:
        with self._changed:
            return {name for name, answer in self._answers.items() if is_meant(answer.exit)}


def race(
    homes: Sequence[Home],
    changes: int,
    followers: Iterable[Home] = (),
    disturb: Callable[[Score], None] | None = None,
) -> Score:
    """Lets each home make so many changes, all at once, while others follow; returns when all is done.

    Args:
        homes: Those that write: each registers stacks `w1-0`, `w1-1` … one after the other, whatever is answered.
        changes: How many each of them makes.
        followers: Those that look again and again. Nothing they saw may be gone when they look next, and if nobody
            disturbs they see whatever was acknowledged before they looked.
        disturb: What else happens meanwhile.
    """
    score, done = Score(), Event()
    watchers = list(followers)
    with ThreadPoolExecutor(len(homes) + len(watchers)) as pool:
        following = [pool.submit(_follow, home, score, done, disturb is None) for home in watchers]
        writing = [pool.submit(_write, home, f"w{n}", changes, score) for n, home in enumerate(homes, start=1)]
        try:
            if disturb:
                disturb(score)
            for writer in writing:
                writer.result()
        finally:
            done.set()
        assert all(follower.result() > 0 for follower in following)
    return score


def _write(home: Home, prefix: str, changes: int, score: Score) -> None:
    for number in range(changes):
        name = f"{prefix}-{number}"
        score.answered(name, register(home, name))


def _follow(home: Home, score: Score, done: Event, undisturbed: bool) -> int:
    """Looks until all is done, and once more after it. Returns how often."""
    seen, looks, last = set[str](), 0, False
    while not last:
        last = done.is_set()
        acknowledged = score.recorded
        now = set(listed(home))
        assert seen <= now
        assert acknowledged <= now or not undisturbed
        seen, looks = now, looks + 1
        done.wait(PAUSE)
    return looks
