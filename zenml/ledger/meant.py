"""What somebody meant to do, and to which thing: noted on the error that came of it."""

from __future__ import annotations

from collections import namedtuple
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_TARGET = "_target"


class Target(namedtuple("Target", "action type name id", defaults=(None,))):
    """A thing, and what was to become of it.

    Attributes:
        action: ``create``, ``update``, ``rename``, ``delete``, ``activate`` …
        type: A type such as ``stack`` or ``artifact_store``.
        name: The name that was given.
        id: Its id; None if there is no such thing, or if nobody looked yet.
    """

    __slots__ = ()
    action: str
    type: str
    name: str | None
    id: str | None


@contextmanager
def about(target: Target | None) -> Iterator[None]:
    """Notes on an error that leaves the block what was meant, unless something within knew it better."""
    try:
        yield
    except BaseException as error:
        mark(error, target)
        raise


def mark(error: BaseException, target: Target | None) -> None:
    """Notes a target on an error that has none yet."""
    if target is not None and target_of(error) is None:
        setattr(error, _TARGET, target)


def replace(error: BaseException, target: Target) -> None:
    """Notes a target on an error in place of the one it has."""
    setattr(error, _TARGET, target)


def target_of(error: BaseException | None) -> Target | None:
    """Returns what an error, or one that it was made of, was about; None if that is not known."""
    while error is not None:
        known: Target | None = getattr(error, _TARGET, None)
        if known is not None:
            return known
        error = error.__cause__ or error.__context__
    return None
