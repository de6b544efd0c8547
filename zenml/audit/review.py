"""What a reviewer wants to know of an export at a glance: sums, and the newest of what is worth a look."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from zenml.audit.entries import BEGIN, Entry
from zenml.audit.review_lines import ReviewLine, Value, line_of, values_of

MOST = 200
"""Rows of a list: the newest. The other formats have them all."""

_BARS = 60  # of the picture, at the most
_HOURS = 1000  # that are told apart; of a longer time only the days
_LETTERS = 8  # of the changes that one reverted
_WORDS = 3  # facts of a change that are named
_VALUES = 12  # of a change that are shown
_BY_ITSELF = ("init", "export", "outside", "evidence")
"""Kinds of changes that nobody is asked to give a reason for."""


class NewestLines:
    """The newest lines of a list, and how many there were."""

    def __init__(self) -> None:
        self.count = 0
        self.lines: deque[ReviewLine] = deque(maxlen=MOST)

    def add(self, line: ReviewLine) -> None:
        """Adds the next line."""
        self.count += 1
        self.lines.append(line)

    @property
    def more(self) -> int:
        """The number of lines that are not kept."""
        return self.count - len(self.lines)


class Bar(NamedTuple):
    """A stretch of time in the picture: its beginning, and what happened in it."""

    begin: str
    changes: int
    attempts: int


class Activity:
    """How much happened when, by the hour or, over a longer time, by the day."""

    def __init__(self) -> None:
        self._width = len("2026-11-17T14")
        self._counts: Counter[tuple[str, bool]] = Counter()

    def add(self, time: str, *, attempt: bool) -> None:
        """Counts a change, or an attempt."""
        self._counts[time[: self._width], attempt] += 1
        if len(self._counts) > _HOURS and self._width > len("2026-11-17"):
            self._width = len("2026-11-17")
            days: Counter[tuple[str, bool]] = Counter()
            for (hour, kind), count in self._counts.items():
                days[hour[: self._width], kind] += count
            self._counts = days

    @property
    def bars(self) -> list[Bar]:
        """Returns bars of equal stretches of time, from the first to the last."""
        known = {datetime.fromisoformat(key) for key, _ in self._counts if key}
        if not known:
            return []
        unit = timedelta(hours=1) if self._width > len("2026-11-17") else timedelta(days=1)
        first, units = min(known), (max(known) - min(known)) // unit + 1
        step = unit * -(-units // _BARS)
        sums: Counter[tuple[int, bool]] = Counter()
        for (key, attempt), count in self._counts.items():
            if key:
                sums[(datetime.fromisoformat(key) - first) // step, attempt] += count
        form = "%Y-%m-%d %H:00" if step < timedelta(days=1) else "%Y-%m-%d"
        return [
            Bar((first + at * step).strftime(form), sums[at, False], sums[at, True])
            for at in range(-(-units * unit // step))
        ]


class Review:
    """Adds up the entries of an export, in memory that does not grow with their number.

    Args:
        ruled: The ledgers of profiles that have approval rules, or had some.

    Attributes:
        first: The time of the first change, and of the last one.
        last: Likewise.
        changes: The number of changes.
        actors: By name and kind, how many changes they made and attempts they had.
        kinds: The number of changes of each kind.
        actions: By type of thing, how often each action was done.
        activity: How much happened when.
        all: The changes.
        undos: Those that undid or redid others.
        unexplained: Those without a reason, of kinds for which one may be asked.
        unapproved: Those that nobody approved, of the same kinds, where approval rules are or were.
        exports: What was handed out of the record.
        attempts: What was refused or failed.
    """

    def __init__(self, ruled: Collection[str] = ()) -> None:
        self.ruled = ruled
        self.first = self.last = ""
        self.changes = 0
        self.actors: dict[tuple[str, str], Counter[str]] = {}
        self.kinds: Counter[str] = Counter()
        self.actions: dict[str, Counter[str]] = {}
        self.activity = Activity()
        self.all = NewestLines()
        self.undos = NewestLines()
        self.unexplained = NewestLines()
        self.unapproved = NewestLines()
        self.exports = NewestLines()
        self.attempts = NewestLines()
        self._began: Entry | None = None
        self._facts: list[str] = []
        self._values: list[Value] = []
        self._more_values = 0
        self._count = 0
        self._profiles: dict[str, None] = {}
        self._is_ruled = False

    def take(self, entries: Iterable[Entry]) -> None:
        """Adds up all entries, which begin with the beginnings of their changes."""
        for entry in entries:
            if entry.evidence is None:
                self._attempt(entry)
            elif entry.change is None:
                self._stray(entry)
            elif entry.action == BEGIN:
                self._begin(entry)
            else:
                self._fact(entry)
        self._end()

    def _attempt(self, entry: Entry) -> None:
        self._actor(entry)["attempts"] += 1
        self.activity.add(entry.time, attempt=True)
        what = f"{entry.meant}: {entry.summary}" if entry.meant else entry.summary
        self.attempts.add(line_of(entry, "", entry.outcome, what, entry.message))

    def _stray(self, entry: Entry) -> None:
        """Adds an event of which nobody knows to which change it belongs."""
        self._end()
        self.all.add(line_of(entry, "", entry.outcome, entry.summary, entry.message))

    def _begin(self, entry: Entry) -> None:
        # a change may have a part in two ledgers
        if not (self._began and self._began.change and entry.change and self._began.change.id == entry.change.id):
            self._end()
            self._began = entry

    def _fact(self, entry: Entry) -> None:
        self.actions.setdefault(entry.entity.type, Counter())[entry.action] += 1
        self._count += 1
        self._is_ruled = self._is_ruled or (entry.evidence is not None and entry.evidence.ledger in self.ruled)
        if entry.profile:
            self._profiles[entry.profile] = None
        if len(self._facts) < _WORDS:
            self._facts.append(entry.summary)
        values = values_of(entry)
        shown = values[: _VALUES - len(self._values)]
        self._values += shown
        self._more_values += len(values) - len(shown)

    def _end(self) -> None:
        """Adds the change whose facts went by."""
        began, facts, count, profiles = self._began, self._facts, self._count, list(self._profiles)
        values, more_values, is_ruled = self._values, self._more_values, self._is_ruled
        self._is_ruled = False
        self._began, self._facts, self._count, self._profiles = None, [], 0, {}
        self._values, self._more_values = [], 0
        if began is None or began.change is None:
            return
        more = [f"and {count - len(facts)} more"] if count > len(facts) else []
        kind, document = began.change.kind, began.change.document()
        others = " ".join(change[:_LETTERS] for change in document["undoes"] + document["redoes"])
        target = [f"{kind} {others}"] if others else []
        line = line_of(began, document["letters"], kind, ", ".join([*target, *facts, *more]), began.reason)
        if len({value.thing for value in values}) == 1 and count == 1:
            values = [value._replace(thing="") for value in values]
        line = line._replace(profile=", ".join(profiles), values=tuple(values), more_values=more_values)
        self.changes += 1
        self.first, self.last = min(self.first or began.time, began.time), max(self.last, began.time)
        self.kinds[kind] += 1
        self._actor(began)["changes"] += 1
        self.activity.add(began.time, attempt=False)
        self.all.add(line)
        if began.change.targets:
            self.undos.add(line)
            self._actor(began)["undos"] += 1
        if kind == "export":
            self.exports.add(line)
        if not began.reason and kind not in _BY_ITSELF:
            self.unexplained.add(line)
        if is_ruled and not line.approved and kind not in _BY_ITSELF:
            self.unapproved.add(line)

    def _actor(self, entry: Entry) -> Counter[str]:
        return self.actors.setdefault((entry.actor.shown or "(unknown)", entry.actor.kind), Counter())
