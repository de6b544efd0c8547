"""What people call a point in the past: a change, a label or a time."""

from __future__ import annotations

from zenml.domain.change_ids import is_prefix
from zenml.domain.errors import ChangeNotFoundError, InvalidValueError
from zenml.domain.suggestions import did_you_mean
from zenml.projections import labels
from zenml.projections.timeline import history, points
from zenml.projections.timeline.filters import Filter
from zenml.snapshot.point import Point

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from zenml.projections.database import Database
    from zenml.projections.timeline.history import ChangeRow
    from zenml.snapshot.snapshot import Snapshot

NOW, BEGINNING = "now", "0"
"""The newest change, and the one with which the profile began."""


def find_point(database: Database, ledger_id: str, what: str | datetime) -> Point:
    """Returns the point that is meant.

    Args:
        database: The views.
        ledger_id: The profile whose labels count.
        what: A label, the letters of a change as far as they are unambiguous, ``now``, or a time: a datetime, or
            text as `zenml.domain.times.read` takes it, in which a day, and all that is longer, stands for its end.

    Raises:
        ChangeNotFoundError: There is no such change, or there was nothing yet at that time.
        InvalidValueError: It can be read as none of these, or it is in the future.
    """
    if not isinstance(what, str):
        return _at_time(database, what)
    point = named_point(database, ledger_id, what)
    if point is not None:
        return point
    from datetime import UTC, datetime

    from zenml.snapshot.times import check_not_in_the_future, read

    try:
        span = read(what)
    except InvalidValueError as error:
        if is_prefix(what.strip()):
            history.find_change(database, what.strip())
        if "cannot be read" not in error.message:
            raise  # it was a time, and why not is known
        near = did_you_mean(what, [row.label for row in labels.labels(database, ledger_id)])
        message = f"'{what}' is not a change, label or time."
        raise InvalidValueError(message, near, code="not_a_point") from None
    if span.is_precise:  # as in what the commands print: the change itself, even if its clock was wrong
        number = points.number_within(database, _stored(span.begin), _stored(span.last))
        if number:
            return _at_number(database, number, _stored(span.last))
    check_not_in_the_future(what, span, end=True)
    return _at_time(database, min(span.last, datetime.now(UTC)))


def named_point(database: Database, ledger_id: str, text: str) -> Point | None:
    """Returns the point that a change, a label, ``now`` or ``0`` names; None if the text is none of these.

    Raises:
        ChangeNotFoundError: More than one change begins with these letters, or the label's is not known here.
    """
    text = text.strip().removeprefix("label:").removeprefix("label/")
    if text == NOW:
        return _at_number(database, points.newest(database), None)
    if text == BEGINNING:
        first = points.first(database, ledger_id)
        return _at_number(database, first, None) if first else None
    label = labels.label(database, ledger_id, text)
    if label is not None:
        change = history.by_id(database, label.change_id)
        if change is None:
            raise ChangeNotFoundError(
                f"The change that label '{text}' names is not known on this machine.",
                code="labelled_change_unknown",
            )
        return Point(change.number, change, None)
    if not is_prefix(text) or not history.find(database, text):
        return None
    change = history.find_change(database, text)  # which says so where there are several
    return Point(change.number, change, None)


def refresh_point(database: Database, point: Point) -> Point:
    """Returns a point that was found in an earlier look: what others did before it may have arrived since."""
    change = history.by_id(database, point.change.change_id)
    return Point(change.number, change, point.meant) if change else point


def change_meant(snapshot: Snapshot, what: str | datetime) -> ChangeRow:
    """Returns the change that is meant where a change is wanted, and not what there was at a point.

    A change that is named is that one, wherever it was made. ``now`` and a time mean the newest change until then
    that `history` lists here: what was done elsewhere on this machine is not what somebody here has in mind.

    Raises what `find_point` does.
    """
    point = find_point(snapshot.connection, snapshot.ledger_id, what)
    is_named = (
        isinstance(what, str)
        and what.strip() != NOW
        and named_point(snapshot.connection, snapshot.ledger_id, what) is not None
    )
    if is_named:
        return point.change
    listed = history.history(snapshot.connection, snapshot.context, 1, Filter(upto=point.number))
    return listed[0] if listed else point.change


def check_no_time(label: str) -> None:
    """Checks that a label cannot be read as a time.

    Raises:
        InvalidValueError: It can.
    """
    from zenml.snapshot.times import format_time, read

    try:
        moment = read(label).last
    except InvalidValueError:
        return
    raise InvalidValueError(
        f"'{label}' is not a valid label: it could be a time, {format_time(moment)}.",
        code="invalid_label",
    )


def describe_point(database: Database, point: Point) -> str:
    """Describes a point: ``Mon 16 Nov 2026 17:00 CET, change qpvu``."""
    from datetime import datetime

    from zenml.snapshot.times import format_time

    time = format_time(datetime.fromisoformat(point.meant or point.change.time))
    return f"{time}, change {history.short(database, point.change.letters)}"


def _at_time(database: Database, time: datetime) -> Point:
    from zenml.snapshot.times import format_time

    meant = _stored(time)
    number = points.number_at(database, meant)
    if number:
        return _at_number(database, number, meant)
    first = history.by_number(database, 1)
    message = f"At {format_time(time)} nothing was recorded yet."
    if first is None:
        raise ChangeNotFoundError(message)
    raise ChangeNotFoundError(message, code="before_the_record", first=history.short(database, first.letters))


def _stored(time: datetime) -> str:
    from zenml.snapshot.times import stored

    return stored(time)


def _at_number(database: Database, number: int, meant: str | None) -> Point:
    change = history.by_number(database, number)
    if change is None:
        raise ChangeNotFoundError("Nothing was recorded yet.", code="nothing_recorded")
    return Point(number, change, meant)
