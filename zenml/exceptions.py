"""The errors of the Python API, under the names ZenML gives them where it has one."""

from __future__ import annotations

from zenml.domain.errors import (
    ActiveError,
    AlreadyExistsError,
    BusyError,
    ChangeNotFoundError,
    ConflictError,
    DamagedLedgerError,
    FlavorNotFoundError,
    InUseError,
    InvalidValueError,
    LedgerError,
    NotAllowedError,
    NotFoundError,
    OtherActorError,
    OtherSessionError,
    ProfileExistsError,
    ProfileNotFoundError,
    RepeatedKeyError,
    RepositoryExistsError,
    StackComponentExistsError,
    StackComponentNotFoundError,
    StackExistsError,
    StackNotFoundError,
    StackValidationError,
    UndoConflictError,
)

ZenMLBaseException = LedgerError
EntityExistsError = AlreadyExistsError
DoesNotExistException = NotFoundError
InitializationException = RepositoryExistsError

__all__ = [
    "ActiveError",
    "AlreadyExistsError",
    "BusyError",
    "ChangeNotFoundError",
    "ConflictError",
    "DamagedLedgerError",
    "DoesNotExistException",
    "EntityExistsError",
    "FlavorNotFoundError",
    "InUseError",
    "InitializationException",
    "InvalidValueError",
    "LedgerError",
    "NotAllowedError",
    "NotFoundError",
    "OtherActorError",
    "OtherSessionError",
    "ProfileExistsError",
    "ProfileNotFoundError",
    "RepeatedKeyError",
    "RepositoryExistsError",
    "StackComponentExistsError",
    "StackComponentNotFoundError",
    "StackExistsError",
    "StackNotFoundError",
    "StackValidationError",
    "UndoConflictError",
    "ZenMLBaseException",
]
