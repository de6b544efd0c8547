"""Every error a user can meet: one sentence that names the thing, and what to do about it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.domain.records import Record


class LedgerError(Exception):
    """Something the user can understand and act on.

    Attributes:
        message: One sentence that names the thing.
        hint: The next step, with a command that works; empty if there is none.
        records: What would have to be otherwise; whoever wrote that last stands in the way of an undo.
    """

    def __init__(self, message: str, hint: str = "", records: tuple[Record, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.records = records

    def __str__(self) -> str:
        return self.message


class NotFoundError(LedgerError, KeyError):
    """Something that was named is not there. A `KeyError` too, as in ZenML's own Python API."""


class AlreadyExistsError(LedgerError):
    """A name is taken."""


class NotAllowedError(LedgerError, ValueError):
    """A rule forbids it. A `ValueError` too, as in ZenML's own Python API."""


class InUseError(NotAllowedError):
    """It cannot go while something else uses it."""


class ActiveError(NotAllowedError):
    """It cannot go while it is active."""


class OtherActorError(NotAllowedError):
    """Somebody else made the change."""


class OtherSessionError(NotAllowedError):
    """The newest change was made in another repository, or in a session that plain undo does not reach."""


class RepeatedKeyError(NotAllowedError):
    """An idempotency key was used before, for another command."""


class InvalidValueError(NotAllowedError):
    """A name, a parameter or a setting is not of the form it must have."""


class UnknownSecretError(InvalidValueError):
    """A secret stands as stars in a file, and is not known here.

    Attributes:
        component_type: The type of the component whose secret it is.
        name: The component's name.
        parameter: The secret parameter.
    """

    def __init__(self, message: str, hint: str, component_type: str, name: str, parameter: str) -> None:
        super().__init__(message, hint)
        self.component_type = component_type
        self.name = name
        self.parameter = parameter


class ConflictError(LedgerError):
    """An undo meets something that came later."""


class UndoConflictError(ConflictError):
    """A change cannot be taken back as things are now; nothing was changed.

    Attributes:
        change: The letters of that change.
        because: The rule that forbids it.
        later: The letters of the changes that would have to be undone with it, newest first; none if
            no undo helps.
    """

    def __init__(
        self, message: str, hint: str, *, change: str, because: LedgerError, later: tuple[str, ...]
    ) -> None:
        super().__init__(message, hint)
        self.change = change
        self.because = because
        self.later = later


class BusyError(LedgerError):
    """Somebody else was faster, or holds the lock for too long."""


class DamagedLedgerError(LedgerError):
    """What is stored cannot be what was written."""


class StackExistsError(AlreadyExistsError):
    """A stack of this name is registered."""


class StackComponentExistsError(AlreadyExistsError):
    """A component of this type and name is registered."""


class ComponentClashError(StackComponentExistsError):
    """A component that is to be brought along has the name of another one.

    Attributes:
        component_type: Its type.
        name: Its name.
    """

    def __init__(self, message: str, hint: str, component_type: str, name: str) -> None:
        super().__init__(message, hint)
        self.component_type = component_type
        self.name = name


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


class FlavorImportError(NotAllowedError, ImportError):
    """The class of a flavor cannot be imported here. An `ImportError` too, as in ZenML's own Python API."""


class NewerFormatError(NotAllowedError):
    """A newer version wrote to the ledger, and only that can go on writing to it."""


class OwnCodeNotRunError(FlavorImportError):
    """The class of a flavor came with a folder or a profile, and is not imported by what only looks or tries."""


class ProvisioningError(LedgerError):
    """What a component needs is not there, and could not be prepared."""


class LabelNotFoundError(NotFoundError):
    """No label of this name exists."""


class ChangeNotFoundError(NotFoundError):
    """No change has this id."""


class StackValidationError(NotAllowedError):
    """The parts do not make a stack."""
