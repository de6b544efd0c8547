"""Every error a user can meet: a sentence that names the thing, what kind of problem it is, how it ends a command.

What to type next is worded by whoever shows an error: a terminal has commands, a page has none.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from zenml.domain.records import Record

    Detail = str | int | Sequence[str] | None


class LedgerError(Exception):
    """Something the user can understand and act on.

    Attributes:
        message: One sentence that names the thing.
        hint: What helps, as far as it takes no command; empty if there is nothing to say.
        records: What would have to be otherwise; the change that wrote that last is in the way of an undo.
        code: Which problem it is, for programs: ``stack_in_use``. Where no other is given, it is the name of the
            class: ``stack_not_found`` for `StackNotFoundError`.
        values: What the next step is about: names as they are, ids, lists of them.
        in_lines: Whether the message has lines; otherwise a line break came with a name, and is shown as one.
    """

    in_lines = False

    def __init__(
        self, message: str, hint: str = "", records: tuple[Record, ...] = (), *, code: str = "", **values: Detail
    ) -> None:
        super().__init__(message)
        self.message = message
        self.records = records
        self.advise(code or code_of(type(self)), hint, **values)

    def __str__(self) -> str:
        return self.message

    def advise(self, code: str, hint: str = "", **values: Detail) -> None:
        """Replaces what helps: whoever asked knows better than the one who refused."""
        self.code, self.hint, self.values = code, hint, values


def code_of(kind: type[LedgerError]) -> str:
    """Returns the code of the errors of a class that are given no other one."""
    name = kind.__name__.removesuffix("Error")
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).strip("_")


class NotFoundError(LedgerError, KeyError):
    """Something that was named does not exist. A `KeyError` too, as in ZenML's own Python API."""


class AlreadyExistsError(LedgerError):
    """The name is already in use."""


class NotAllowedError(LedgerError, ValueError):
    """A rule forbids it. A `ValueError` too, as in ZenML's own Python API."""


class InUseError(NotAllowedError):
    """It cannot be deleted while something else uses it."""


class ActiveError(NotAllowedError):
    """It cannot be deleted while it is active."""


class OtherActorError(NotAllowedError):
    """Somebody else made the change."""


class OtherSessionError(NotAllowedError):
    """The newest change was made in another repository, or in a session that plain undo does not reach."""


class RepeatedKeyError(NotAllowedError):
    """An idempotency key was used before, for another command."""


class InvalidValueError(NotAllowedError):
    """A name, a parameter or a setting is not valid."""


class UnknownSecretError(InvalidValueError):
    """A secret is shown as stars in a file, and its value is not known here.

    Attributes:
        component_type: The type of the component whose secret it is.
        name: The component's name.
        parameter: The secret parameter.
    """

    def __init__(self, message: str, hint: str, component_type: str, name: str, parameter: str) -> None:
        super().__init__(message, hint, component_type=component_type, name=name, parameter=parameter)
        self.component_type = component_type
        self.name = name
        self.parameter = parameter


class ConflictError(LedgerError):
    """A later change is in the way of an undo."""


class UndoConflictError(ConflictError):
    """A change cannot be undone as things are now; nothing was changed.

    Attributes:
        change: The letters of that change.
        because: The rule that forbids it.
        later: The letters of the changes that would have to be undone with it, newest first; none if
            no undo helps.
    """

    def __init__(self, message: str, *, change: str, because: LedgerError, later: tuple[str, ...]) -> None:
        super().__init__(message)
        self.change = change
        self.because = because
        self.later = later


class OvertakenError(ConflictError):
    """It would do something else by now than what was looked at before; nothing was changed."""


class BusyError(LedgerError):
    """Another writer was faster, or holds the lock for too long."""


class AgainError(BusyError):
    """What others do at the same time was in the way, or the lock was lost: nothing was written, so try again."""


class CommitUnknownError(LedgerError):
    """A change may be recorded: the connection broke at its commit, or this machine's file could not follow.

    The next look says.
    """


class DamagedLedgerError(LedgerError):
    """What is stored was altered or is damaged."""


class StackExistsError(AlreadyExistsError):
    """A stack with this name already exists."""


class StackComponentExistsError(AlreadyExistsError):
    """A component with this type and name already exists."""


class ComponentClashError(StackComponentExistsError):
    """A component that comes with a stack has the name of a different one.

    Attributes:
        component_type: Its type.
        name: Its name where it comes from.
    """

    def __init__(self, message: str, *, component_type: str, name: str, taken: str) -> None:
        super().__init__(message, component_type=component_type, name=name, taken=taken)
        self.component_type = component_type
        self.name = name


class ProfileExistsError(AlreadyExistsError):
    """A profile with this name already exists."""


class RepositoryExistsError(AlreadyExistsError):
    """The folder is already a repository."""


class StackNotFoundError(NotFoundError):
    """There is no stack with this name."""


class StackComponentNotFoundError(NotFoundError):
    """There is no component with this type and name."""


class ProfileNotFoundError(NotFoundError):
    """There is no profile with this name."""


class FlavorNotFoundError(NotFoundError):
    """There is no flavor with this type and name."""


class FlavorImportError(NotAllowedError, ImportError):
    """The class of a flavor cannot be imported here. An `ImportError` too, as in ZenML's own Python API."""


class UnreachableError(NotAllowedError):
    """A shared database cannot be used: nobody answers, it is not there, or it does not let us in."""


class NewerFormatError(NotAllowedError):
    """A newer version wrote to the ledger, and only that version can write to it now."""


class OwnCodeNotRunError(FlavorImportError):
    """The class of a flavor came with a folder or a profile, and commands that only look do not import it."""


class ProvisioningError(LedgerError):
    """What a component needs is missing and could not be prepared."""


class LabelNotFoundError(NotFoundError):
    """There is no label with this name."""


class ChangeNotFoundError(NotFoundError):
    """There is no change with this name."""


class RunNotFoundError(NotFoundError):
    """There is no run with this name, or whose id begins so."""


class StackValidationError(NotAllowedError):
    """These components do not make a stack."""


REFUSED, USAGE, CONFLICT, BUSY, DAMAGED, UNKNOWN = 1, 2, 3, 4, 5, 6
"""Exit codes. `USAGE` is for a command line that is wrong, which the parser finds before there is an error."""

SIGNAL = 128
"""An exit code above it says which signal ended a command, as shells report it."""

INTERRUPTED = SIGNAL + 2
"""That of SIGINT."""

ENDINGS: dict[type[BaseException], tuple[int, str]] = {
    ConflictError: (CONFLICT, "conflict"),
    BusyError: (BUSY, "busy"),
    DamagedLedgerError: (DAMAGED, "damaged"),
    CommitUnknownError: (UNKNOWN, "unknown"),
    LedgerError: (REFUSED, "refused"),
    KeyboardInterrupt: (INTERRUPTED, "interrupted"),
    BaseException: (REFUSED, "failed"),
}
"""How each kind of error ends a command: its exit code, and its outcome in the note of attempts."""


def ending(kind: type[BaseException]) -> tuple[int, str]:
    """Returns the exit code and the outcome of a class of errors: those of its nearest base class in `ENDINGS`."""
    return next(ENDINGS[base] for base in kind.__mro__ if base in ENDINGS)
