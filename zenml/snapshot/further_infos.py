"""What a profile has besides: labels, what needs approvals, and the approvals there are."""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class LabelInfo(namedtuple("LabelInfo", "label change letters time summary number")):
    """A label and the change it names; of one that this machine does not know, only the letters are given.

    ``number`` is the change's place among all changes this machine knows.
    """

    __slots__ = ()
    label: str
    change: str | None
    letters: str
    time: str | None
    summary: str | None
    number: int | None

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        document = self._asdict()
        del document["number"]  # in a later look it can be another one
        return document


class ApprovalRuleInfo(namedtuple("ApprovalRuleInfo", "scope name approvals")):
    """What changes only with a plan that so many others approved: a ``stack``, or the whole ``profile``."""

    __slots__ = ()
    scope: str
    name: str
    approvals: int

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return self._asdict()


class ApprovalInfo(namedtuple("ApprovalInfo", "digest change by known_by host time reason author")):
    """An approval of a plan.

    Attributes:
        digest: The digest of the plan, as 64 hex digits.
        change: The change that recorded it.
        by: Who approved it; None if that was redacted.
        known_by: How they are known: a name that a service knows is better than one that somebody chose.
        host: The machine.
        time: When.
        reason: Why.
        author: Who made the plan, as its file said.
    """

    __slots__ = ()
    digest: str
    change: str
    by: str | None
    known_by: str
    host: str | None
    time: str
    reason: str | None
    author: str | None

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return self._asdict()
