"""A point in the past, as a page has it: what is shown as it was then, and the change that made it so."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from zenml.snapshot.points import NOW

if TYPE_CHECKING:
    from zenml.api.looking_back import LookingBack
    from zenml.history.changes import ChangeInfo
    from zenml.page.looks import Look


class Moment(NamedTuple):
    """A point that somebody asked for.

    Attributes:
        view: What answers as things were then.
        number: Up to which change everything counts.
        letters: The change of this number, which may be of another profile.
        made_by: The newest change until then that concerns the profile; None if there was none yet.
        meant: The time that was asked for, in UTC; None if a change or a label was.
        is_now: Whether the present was asked for.
    """

    view: LookingBack
    number: int
    letters: str
    made_by: ChangeInfo | None
    meant: str | None
    is_now: bool

    @property
    def point(self) -> str:
        """What names it for good; of the present, for as long as it is that."""
        return NOW if self.is_now or self.made_by is None else self.made_by.letters


def find_moment(look: Look, text: str) -> Moment:
    """Returns the point that a text means: a change, a label or a time, and never a file or another profile.

    Raises:
        ChangeNotFoundError: There is no such change, or nothing was recorded yet.
        InvalidValueError: It cannot be understood.
    """
    text = text.strip()
    then, is_now = look.repository.at(text, same_profile=True), text == NOW
    number = then.point.number
    made_by = look.repository.history(limit=1, before=number + 1)
    return Moment(
        look.repository if is_now else then,
        number,
        then.point.change.letters,
        made_by[0] if made_by else None,
        then.point.meant,
        is_now,
    )
