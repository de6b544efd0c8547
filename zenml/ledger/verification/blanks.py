"""Values of a ledger that are blank, and the events that say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_NAMED = 20  # values that one event is reproached with one by one


class Blanks:
    """Takes what is blank in each event of a ledger, and what later events say was redacted.

    A value that is repeated keeps its salt, and so its commitment. So an event may repeat a blank of a value
    that was redacted, be it before or after the event: what a deletion carries is what was there.
    """

    def __init__(self) -> None:
        self._open: dict[tuple[int, str], str] = {}  # the commitment of each blank that no event has named yet
        self._redacted: dict[tuple[int, str], str] = {}  # of each that one has
        self._commitments: set[str] = set()  # of these

    def note(self, position: int, blanks: Mapping[str, str]) -> None:
        """Takes the blank values of an event: the commitment of each by its JSON Pointer."""
        for pointer, commitment in blanks.items():
            self._open[position, pointer] = commitment

    def named(self, position: int, values: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        """Takes what an event says was redacted; yields a sentence for each value that is not blank before it.

        Args:
            position: Of the event.
            values: The position and the field of each value.
        """
        wrong = 0
        for value in values:
            place = value["position"], value["field"]
            if place in self._open and place[0] < position:
                self._redacted[place] = self._open.pop(place)
                self._commitments.add(self._redacted[place])
            elif place not in self._redacted:
                wrong += 1
                if wrong <= _NAMED:
                    where = f"{place[1]} at position {place[0]}"
                    yield f"The event says that {where} was redacted, but no blank value is there."
        if wrong > _NAMED:
            yield f"The event says so of {wrong - _NAMED} more values."

    def unexplained(self) -> list[tuple[int, str]]:
        """Returns where blanks are that no event says were redacted; to be asked at the end."""
        return [place for place, commitment in self._open.items() if commitment not in self._commitments]
