"""Values of runs that are redacted, in parts that one event each can name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml.domain.errors import NotAllowedError
from zenml.evidence import canonical
from zenml.stores.runs.locked import MAX_EVENT_BYTES

if TYPE_CHECKING:
    from zenml.stores.runs.store import MakeRedactionEvent, Values


def parts(values: Values, make_event: MakeRedactionEvent) -> list[Values]:
    """Cuts values into parts, so that the event that names those of a part is not longer than others.

    Nothing is done with them: whoever blanks values asks first whether that can be recorded.

    Args:
        values: The position of each event, and the JSON Pointer to a value in its fields.
        make_event: Makes the event that says that some values were blanked.

    Raises:
        NotAllowedError: The reason is too long for an event, or the name of a value is, together with it.
    """
    room = MAX_EVENT_BYTES - _bytes(make_event(()).to_fields())  # a digest, a salt and a time are as long in each
    if room < 0:
        raise NotAllowedError(
            f"The reason is {-room:,} bytes too long to be recorded with what is redacted in runs.",
            "Give a shorter one.",
        )
    cut, part, left = list["Values"](), list[tuple[int, str]](), -1
    for position, pointer in values:
        needed = _bytes({"position": position, "field": pointer}) + 1  # and what separates it from the next
        if needed > room:
            raise NotAllowedError(
                f"With the reason, the name of a value of the event at position {position} is {needed - room:,} "
                "bytes too long to be recorded with what is redacted in runs.",
                "Give a shorter reason. If even a short one does not fit, the value only goes with the whole "
                "file, once its year is closed.",
            )
        if needed > left:
            part, left = list[tuple[int, str]](), room
            cut.append(part)
        part.append((position, pointer))
        left -= needed
    return cut


def _bytes(fields: object) -> int:
    return len(canonical.text(fields).encode())
