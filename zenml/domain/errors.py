"""Every error a user can meet: one sentence that names the thing, and what to do about it."""

from __future__ import annotations


class LedgerError(Exception):
    """Something the user can understand and act on.

    Attributes:
        message: One sentence that names the thing.
        hint: The next step, with a command that works; empty if there is none.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message


class NotFoundError(LedgerError, KeyError):
    """Something that was named is not there. A `KeyError` too, as in ZenML's own Python API."""


class AlreadyExistsError(LedgerError):
    """A name is taken."""


class NotAllowedError(LedgerError, ValueError):
    """A rule forbids it. A `ValueError` too, as in ZenML's own Python API."""


class InvalidValueError(NotAllowedError):
    """A name, a parameter or a setting is not of the form it must have."""


class ConflictError(LedgerError):
    """An undo meets something that came later."""


class BusyError(LedgerError):
    """Somebody else was faster, or holds the lock for too long."""


class DamagedLedgerError(LedgerError):
    """What is stored cannot be what was written."""


class StackExistsError(AlreadyExistsError):
    """A stack of this name is registered."""


class StackComponentExistsError(AlreadyExistsError):
    """A component of this type and name is registered."""


class ProfileExistsError(AlreadyExistsError):
    """A profile of this name exists."""


class RepositoryExistsError(AlreadyExistsError):
    """The folder is a repository already."""


class StackNotFoundError(NotFoundError):
    """No stack of this name is registered."""


class StackComponentNotFoundError(NotFoundError):
    """No component of this type and name is registered."""


class ProfileNotFoundError(NotFoundError):
    """No profile of this name exists."""


class FlavorNotFoundError(NotFoundError):
    """No flavor of this type and name is known."""


class ChangeNotFoundError(NotFoundError):
    """No change has this id."""


class StackValidationError(NotAllowedError):
    """The parts do not make a stack."""
