"""What a redaction looks for, and what it found: values that can go, secrets, and names, which stay."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from zenml.domain.errors import NotFoundError
from zenml.redaction.texts import WantedText


class ValuePlace(NamedTuple):
    """A value in the record: its ledger, the position of its event, and a JSON Pointer into the event's fields."""

    ledger_id: str
    position: int
    field: str

    def document(self) -> dict[str, Any]:
        """Returns it as plain values."""
        return {"ledger": self.ledger_id, "position": self.position, "field": self.field}


class FoundValue(NamedTuple):
    """A value that has to go.

    Attributes:
        place: Where it is.
        change: The change that it belongs to, in letters.
        why: ``equal``, ``contains``, ``repeats`` (it is the same value, copied), ``chosen`` or ``hash`` (of a
            command that had it in it: whoever guesses the value could tell from it).
        excerpt: What surrounds it, with stars in its place.
    """

    place: ValuePlace
    change: str
    why: str
    excerpt: str

    def document(self) -> dict[str, Any]:
        """Returns it as plain values."""
        return {
            **self.place.document(),
            "change": self.change,
            "why": self.why,
            "excerpt": self.excerpt,
        }


class FoundSecret(NamedTuple):
    """A secret that is equal to the value or contains it; it goes with its key.

    Attributes:
        place: Where it is first.
        thing: What it belongs to: ``metadata-store/db``, or a profile.
        parameter: The parameter.
    """

    place: ValuePlace
    thing: str
    parameter: str

    def document(self) -> dict[str, Any]:
        """Returns it as plain values."""
        return {
            **self.place.document(),
            "of": self.thing,
            "parameter": self.parameter,
        }


class FoundName(NamedTuple):
    """A name that contains the value: it cannot go.

    Attributes:
        place: Where it is first.
        excerpt: What surrounds the value in it.
        times: In how many places it is.
    """

    place: ValuePlace
    excerpt: str
    times: int

    def document(self) -> dict[str, Any]:
        """Returns it as plain values."""
        return {
            **self.place.document(),
            "excerpt": self.excerpt,
            "times": self.times,
        }


class WantedValues(NamedTuple):
    """What has to go.

    Attributes:
        texts: Texts, wherever they are.
        salts: The salts of values, wherever they are repeated.
        chosen: The places that were named.
    """

    texts: tuple[WantedText, ...] = ()
    salts: frozenset[str] = frozenset()
    chosen: frozenset[ValuePlace] = frozenset()


class FoundInRecord(NamedTuple):
    """Where it is."""

    values: tuple[FoundValue, ...]
    secrets: tuple[FoundSecret, ...]
    names: tuple[FoundName, ...]


def chosen_values(finding: FoundInRecord, only: Collection[tuple[str, int, str]]) -> FoundInRecord:
    """Returns a finding with only some of its values.

    Args:
        finding: What was found.
        only: What the id of the ledger begins with, the position and the field of each; nothing for all of them.

    Raises:
        NotFoundError: One of them was not found.
    """
    if not only:
        return finding
    kept = []
    for start, position, field in only:
        these = [
            value
            for value in finding.values
            if value.place.ledger_id.startswith(start) and value.place[1:] == (position, field)
        ]
        if not these:
            raise NotFoundError(
                f"Nothing that has to go was found at {field} of position {position}.", code="not_among_found"
            )
        kept += these
    return finding._replace(values=tuple(dict.fromkeys(kept)))
