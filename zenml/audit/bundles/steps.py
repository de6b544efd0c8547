"""How far a bundle is: several passes over the same events, told as one number of steps."""

from __future__ import annotations

from collections.abc import Callable


class Steps:
    """Counts the steps of one pass after the other.

    Args:
        progress: Called with the number of steps done, and of all.
        total: The number of all steps: an event in a pass is one.
    """

    def __init__(self, progress: Callable[[int, int], None], total: int) -> None:
        self._progress = progress
        self._total = total
        self._before = 0

    def through(self, count: int) -> Callable[[int, int], None]:
        """Returns what is told how many steps are done of the next pass, which has so many, and of how many."""
        before = self._before
        self._before += count
        return lambda done, _: self._progress(before + done, self._total)
